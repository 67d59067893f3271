/* The phone itself: its chats, one chat, what the citizen shares, and the tokens that a developer needs. */

import { asQuery, ask, at, day, hour, initials, make, spoken } from "./dom.js";
import { bubble } from "./bubbles.js";

const phone = { userId: "", screen: "chats", oaId: "", citizen: null, drawn: "", known: new Set() };

export async function openPhone(userId) {
  Object.assign(phone, { userId, screen: "chats", oaId: "", citizen: null, drawn: "" });
  await refreshPhone();
}

export async function refreshPhone() {
  if (!phone.userId) return drawNobody();
  const asked = `${phone.userId} ${phone.screen} ${phone.oaId}`;
  const citizen = await ask("GET", `/citizens/${phone.userId}`);
  const content = await SCREENS[phone.screen].load();
  if (asked !== `${phone.userId} ${phone.screen} ${phone.oaId}`) return undefined;
  phone.citizen = citizen;
  drawFrame();
  const state = JSON.stringify([asked, content, SCREENS[phone.screen].depends?.(citizen)]);
  if (state === phone.drawn) return undefined;
  phone.drawn = state;
  return SCREENS[phone.screen].draw(content);
}

async function go(screen, oaId = "") {
  Object.assign(phone, { screen, oaId, drawn: "", known: new Set() });
  at("screen").replaceChildren();
  await refreshPhone();
  at("heading").focus({ preventScroll: true });
}

function drawNobody() {
  document.body.dataset.inside = "false";
  at("heading").textContent = "Chưa chọn ai";
  at("subheading").textContent = "Chọn một người trong danh sách";
  for (const id of ["compose", "tabs", "follow"]) at(id).hidden = true;
  at("screen").replaceChildren(make("p", { className: "empty", textContent: "Chọn một người để mở điện thoại của người đó." }));
  phone.drawn = "";
}

function drawFrame() {
  const { citizen, screen } = phone;
  const oa = citizen.oas.find((one) => one.oa_id === phone.oaId);
  const inChat = screen === "chat";
  document.body.dataset.inside = String(inChat);
  at("heading").textContent = inChat ? (oa?.name ?? "Thông báo Mini App") : citizen.name;
  at("subheading").textContent = inChat ? stateWords(oa) : spoken(citizen.phone);
  at("compose").hidden = !inChat || !oa;
  at("tabs").hidden = inChat;
  at("follow").hidden = !inChat || !oa;
  at("follow").textContent = oa?.follows ? "Bỏ quan tâm" : "Quan tâm";
  for (const tab of at("tabs").children) tab.setAttribute("aria-current", String(tab.dataset.screen === screen));
}

function stateWords(oa) {
  if (!oa) return "";
  if (oa.restricts) return "Đã chặn tin của trang này";
  return oa.follows ? "Đang quan tâm" : "Không quan tâm";
}

function lastWords(oa) {
  if (!oa.last_interaction) return "Chưa nhắn hay bấm gì ở trang này.";
  return `Nhắn hoặc bấm lần cuối: ${hour(oa.last_interaction)}, ${day(oa.last_interaction)}.`;
}

const SCREENS = {
  chats: {
    load: async () => (await ask("GET", "/chats" + asQuery({ user_id: phone.userId }))).chats,
    draw: (chats) => {
      const rows = [...chats].sort((one, other) => (other.last?.at ?? "").localeCompare(one.last?.at ?? "")).map(chatRow);
      const empty = make("p", { className: "empty", textContent: "Chưa có trang Công an nào ở máy giả lập." });
      at("screen").replaceChildren(...(rows.length ? rows : [empty]));
    },
  },
  chat: {
    load: async () => (await ask("GET", "/chat" + asQuery({ user_id: phone.userId, oa_id: phone.oaId }))).messages,
    draw: drawChat,
  },
  rights: {
    load: async () => null,
    depends: (citizen) => citizen,
    draw: drawRights,
  },
  developer: {
    load: async () => null,
    depends: (citizen) => [citizen.user_id, citizen.oas.map((one) => one.uid)],
    draw: drawDeveloper,
  },
};

function chatRow(chat) {
  const last = chat.last ? (chat.last.mine ? "Tôi: " : "") + chat.last.text : "Chưa có tin nhắn";
  const side = make("span", { className: "side" }, chat.last ? make("span", { textContent: hour(chat.last.at) }) : null,
    chat.unread ? make("span", {}, document.createElement("br"), make("span", { className: "badge", textContent: chat.unread, title: "tin chưa xem" })) : null);
  const row = make("button", { type: "button", className: "chat" + (chat.unread ? " unread" : "") },
    make("span", { className: "face", ariaHidden: "true", textContent: initials(chat.name) }),
    make("span", {}, make("span", { className: "name", textContent: chat.name }), make("span", { className: "last", textContent: last })), side);
  row.addEventListener("click", () => go("chat", chat.oa_id));
  return row;
}

function drawChat(messages) {
  const screen = at("screen");
  // Who reads older messages is not torn away from them, and who fills in a form keeps it.
  if (screen.contains(document.activeElement) && document.activeElement.closest("form")) {
    phone.drawn = "";
    return;
  }
  const wasAtEnd = screen.scrollHeight - screen.scrollTop - screen.clientHeight < 80 || !phone.known.size;
  let shownDay = "";
  const rows = messages.flatMap((message) => {
    const today = day(message.accepted_at);
    const line = today === shownDay ? [] : [make("p", { className: "day", textContent: today })];
    shownDay = today;
    return [...line, bubble(message, { isNew: phone.known.size > 0 && !phone.known.has(message.id), act, citizen: phone.citizen })];
  });
  if (!messages.length) rows.push(make("p", { className: "empty", textContent: "Chưa có tin nhắn. Tin mới tự hiện ra ở đây." }));
  phone.known = new Set(messages.map((message) => message.id));
  screen.replaceChildren(...rows);
  if (wasAtEnd) screen.scrollTop = screen.scrollHeight;
  if (messages.some((message) => !message.is_mine && !message.is_seen)) {
    ask("POST", "/chat/read", { user_id: phone.userId, oa_id: phone.oaId });
  }
}

/* What buttons and forms inside a bubble do. */
const act = {
  write: (text, more = {}) => ask("POST", "/chat", { user_id: phone.userId, oa_id: phone.oaId, text, ...more }).then(refreshPhone),
  submitDetails: (info) => ask("POST", "/events", { event_name: "user_submit_info", user_id: phone.userId, oa_id: phone.oaId, info }).then(refreshPhone),
};

function drawRights() {
  const { citizen } = phone;
  const app = make("div", { className: "switches" }, make("h3", { textContent: "Mini App của Công an được biết" }),
    toggle("Tên và ảnh đại diện", citizen.shares_name, (on) => change({ shares_name: on })),
    toggle("Số điện thoại", citizen.shares_phone, (on) => change({ shares_phone: on })),
    toggle("Được gửi thông báo", citizen.takes_notifications, (on) => change({ takes_notifications: on })));
  const account = make("div", { className: "switches" }, make("h3", { textContent: "Máy và tài khoản" }),
    toggle("Không mở Zalo đã hơn 45 ngày", Boolean(citizen.away_since), (on) => change({ away_days: on ? 46 : 0 })),
    toggle("Tài khoản bị khóa", citizen.is_banned, (on) => change({ is_banned: on })));
  const pages = citizen.oas.map((oa) => make("div", { className: "switches" }, make("h3", { textContent: oa.name }),
    make("p", { className: "small", textContent: lastWords(oa) }),
    toggle("Quan tâm", oa.follows, (on) => change({ oa_id: oa.oa_id, follows: on })),
    toggle("Chặn tin của trang này", oa.restricts, (on) => change({ oa_id: oa.oa_id, restricts: on }))));
  at("screen").replaceChildren(app, account, ...pages);
}

function toggle(words, isOn, then) {
  const box = make("input", { type: "checkbox", checked: isOn });
  box.addEventListener("change", () => then(box.checked));
  return make("label", { className: "tick" }, box, make("span", { textContent: words }));
}

async function change(changes) {
  await ask("PUT", `/citizens/${phone.userId}`, changes);
  await refreshPhone();
}

function drawDeveloper() {
  const rows = [["user_id", phone.citizen.user_id], ...phone.citizen.oas.map((oa) => [`uid · ${oa.name}`, oa.uid])];
  const made = make("div", { className: "switches" });
  const button = (words, path, name) => {
    const one = make("button", { type: "button", textContent: words });
    one.addEventListener("click", async () => {
      const told = await ask("POST", `/citizens/${phone.userId}/${path}`);
      made.replaceChildren(make("h3", { textContent: name }), make("code", { textContent: told[name] ?? "không chia sẻ" }));
    });
    return one;
  };
  at("screen").replaceChildren(
    make("p", { className: "small", textContent: "Dành cho lập trình viên: mã như Mini App nhận được." }),
    make("div", { className: "row" }, button("Mã truy cập mới (1 giờ)", "access-token", "access_token"), button("Mã số điện thoại (2 phút)", "phone-token", "phone_token")),
    made, ...rows.map(([name, value]) => make("div", {}, make("small", { textContent: name }), make("code", { textContent: value }))));
}

at("back").addEventListener("click", () => {
  if (phone.screen === "chat") go("chats");
  else document.dispatchEvent(new Event("leave-phone"));
});
at("follow").addEventListener("click", () => {
  const oa = phone.citizen.oas.find((one) => one.oa_id === phone.oaId);
  change({ oa_id: oa.oa_id, follows: !oa.follows });
});
for (const tab of at("tabs").children) tab.addEventListener("click", () => go(tab.dataset.screen));

at("words").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    at("compose").requestSubmit();
  }
});
at("compose").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = at("words").value.trim();
  if (!text) return;
  at("words").value = "";
  phone.known = new Set();
  await act.write(text);
});
