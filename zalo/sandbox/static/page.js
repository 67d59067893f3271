/* Which phone is looked at, and the beat that keeps everything fresh. */

import { asQuery, ask, at, initials, make, spoken } from "./dom.js";
import { openPhone, refreshPhone } from "./phone.js";
import { refreshDesk } from "./desk.js";

const EVERY_MS = 1000;
const MOST_PEOPLE = 60;
let chosen = decodeURIComponent(location.hash.slice(1));
let shown = "";

function show(view) {
  document.body.dataset.view = view;
  window.scrollTo(0, 0);
}

async function choose(userId) {
  chosen = userId;
  history.replaceState(null, "", userId ? "#" + encodeURIComponent(userId) : location.pathname);
  await openPhone(chosen);
  show(chosen ? "phone" : "people");
  await refresh();
}

async function drawPeople() {
  const wanted = at("query").value.trim();
  const { citizens, total } = await ask("GET", "/citizens" + asQuery({ q: wanted, limit: MOST_PEOPLE }));
  const state = JSON.stringify([citizens, total, chosen]);
  if (state === shown) return;
  shown = state;
  at("count").textContent = total ? `(${total})` : "";
  at("find").hidden = total < 8;
  if (!total) at("newcomer").open = true;
  const rows = citizens.map((one) => make("li", {}, person(one)));
  if (!total) rows.push(make("li", { className: "small", textContent: "Chưa có ai. Thêm một người để bắt đầu." }));
  else if (!citizens.length) rows.push(make("li", { className: "small", textContent: "Không tìm thấy ai." }));
  at("people").replaceChildren(...rows);
}

function person(one) {
  const button = make("button", { type: "button", className: "person" },
    make("span", { className: "face", ariaHidden: "true", textContent: initials(one.name) }),
    make("span", {}, make("span", { className: "name", textContent: one.name }), make("small", { textContent: spoken(one.phone) })));
  button.setAttribute("aria-pressed", String(one.user_id === chosen));
  button.addEventListener("click", () => choose(one.user_id));
  return button;
}

async function refresh() {
  try {
    await Promise.all([drawPeople(), refreshPhone(), refreshDesk(chosen)]);
    at("offline").hidden = true;
  } catch (error) {
    if (error instanceof TypeError) at("offline").hidden = false;
    else if (error.message === "no such citizen") await choose("");
    else throw error;
  }
}

at("query").addEventListener("input", refresh);
at("to-desk").addEventListener("click", () => show("desk"));
at("to-people").addEventListener("click", () => show(chosen ? "phone" : "people"));
document.addEventListener("leave-phone", () => choose(""));
at("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, phone, follow } = event.target.elements;
  at("refused").hidden = true;
  try {
    const made = await ask("POST", "/citizens", {
      name: name.value, phone: phone.value.trim() || null, follow: follow.checked,
    });
    event.target.reset();
    at("newcomer").open = false;
    await choose(made.user_id);
  } catch (error) {
    at("refused").textContent = error instanceof TypeError
      ? "Mất kết nối với máy giả lập. Thử lại sau ít giây."
      : "Chưa thêm được. Họ tên không để trống; số điện thoại là số Việt Nam, hoặc để trống.";
    at("refused").hidden = false;
  }
});

if (chosen) await choose(chosen).catch(() => choose(""));
(async function beat() {
  if (!document.hidden) await refresh();
  setTimeout(beat, EVERY_MS);
})();
