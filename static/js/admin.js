// The theme's scroll boxes are read aloud in English unless they are told otherwise.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-simplebar]").forEach((box) => {
    box.dataset.simplebarAriaLabel = "nội dung cuộn được";
  });
});
