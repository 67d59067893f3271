// What the pages do better with a script than without; nothing needs it.
(() => {
  // A second press on a button sends nothing twice.
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
    setTimeout(() => delete event.target.dataset.sent, 5000);
  });
  // A page that the back button brings up again may be sent again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form").forEach((form) => delete form.dataset.sent);
  });
  // Browsers that do not know `autofocus` on a block.
  document.getElementById("errors")?.focus();
})();
