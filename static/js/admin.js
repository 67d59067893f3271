// The theme's scroll boxes are read aloud in English unless they are told otherwise.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-simplebar]").forEach((box) => {
    box.dataset.simplebarAriaLabel = "nội dung cuộn được";
  });
  // On a phone these stand before each value of a list.
  document.querySelectorAll("td[data-label], th[data-label]").forEach((cell) => {
    cell.dataset.label = cell.dataset.label.charAt(0).toUpperCase() + cell.dataset.label.slice(1);
  });
});
// The theme hides a page until its scripts are up, so the browser finds no field to put the cursor into.
document.addEventListener("alpine:initialized", () => {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
  });
});
