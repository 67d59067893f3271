// Answers are found while a question is typed. Without this, the button finds them.
(() => {
  const form = document.getElementById("ask");
  const found = document.getElementById("found");
  if (!form || !found || !window.AbortController) return;
  const AFTER_TYPING = 350;
  const LEAST_LETTERS = 3;
  let timer = 0;
  let asked = form.elements.q.value.trim();
  let sending = null;

  const find = () => {
    const text = form.elements.q.value.trim();
    if (text === asked || (text && text.length < LEAST_LETTERS)) return;
    asked = text;
    if (sending) sending.abort();
    sending = new AbortController();
    const address = `${form.action}?${new URLSearchParams({q: text, only: "found"})}`;
    fetch(address, {signal: sending.signal})
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
      .then((html) => {
        found.innerHTML = html;
      })
      .catch(() => {
        if (asked === text) asked = null; // typing on, or the button, tries again
      });
  };
  form.elements.q.addEventListener("input", () => {
    clearTimeout(timer);
    // Room is made while a key is pressed, so that nothing moves under a finger when answers come.
    found.style.minHeight = form.elements.q.value.trim() ? "100vh" : "";
    timer = setTimeout(find, AFTER_TYPING);
  });
})();
