/* One message as the citizen sees it: words, a card of a template, pictures, buttons, a form. */

import { hour, make } from "./dom.js";

const CHANNELS = {
  cs: "", chat: "", staff: "cán bộ nhắn tay",
  template_uid: "tin mẫu qua OA", template_phone: "tin mẫu qua số", miniapp: "thông báo Mini App",
};

export function bubble(message, { isNew, act, citizen }) {
  const isTemplate = message.template_id !== null;
  const classes = ["bubble", message.is_mine && "mine", isTemplate && "template", isNew && "new"].filter(Boolean);
  const notes = [hour(message.accepted_at), CHANNELS[message.channel] ?? message.channel].filter(Boolean);
  return make("article", { className: classes.join(" ") },
    message.quote ? make("blockquote", { textContent: message.quote }) : null,
    ...(isTemplate ? card(message) : plain(message)),
    ...buttons(message, act),
    message.asks_details ? details(message.asks_details, act, citizen) : null,
    make("footer", {}, ...notes.map((note) => make("span", { textContent: note }))));
}

function plain(message) {
  const parts = [];
  if (message.image) parts.push(picture(message.image));
  if (message.file) parts.push(make("a", { href: message.file.url, target: "_blank", rel: "noopener", textContent: `Tệp: ${message.file.name}` }));
  for (const item of message.list ?? []) {
    parts.push(make("p", { className: "lead", textContent: item.title }), make("p", { className: "small", textContent: item.subtitle ?? "" }));
  }
  const words = message.text ?? (message.image || message.file || message.list || message.asks_details ? "" : message.rendered);
  if (words) parts.push(make("p", { className: "text", textContent: words }));
  return parts;
}

function picture(image) {
  // A picture of another host is not fetched: nothing leaves this machine.
  if (!image.url.startsWith("/")) return make("p", { className: "small", textContent: "[Hình ảnh]" });
  return make("img", { src: image.url, alt: image.name || "Hình ảnh" });
}

/* The lines of a template: `Nhãn: giá trị` stands in two columns, all others as words. */
function card(message) {
  const parts = [make("p", { className: "label", textContent: message.card.name || "Tin mẫu" })];
  const isRegistered = Boolean(message.card.name);
  const lines = isRegistered || message.channel === "miniapp"
    ? message.rendered.split("\n")
    : Object.entries(message.template_data).map(([name, value]) => `${name}: ${value}`);
  let list = null;
  lines.forEach((line, position) => {
    const pair = /^([^:]{1,24}): (.+)$/.exec(line);
    if (pair && (position > 0 || !isRegistered)) {
      if (!list) parts.push(list = make("dl"));
      list.append(make("dt", { textContent: pair[1] }), make("dd", { textContent: pair[2] }));
    } else if (line.trim()) {
      list = null;
      parts.push(make("p", { className: position ? "text" : "lead", textContent: line }));
    }
  });
  return parts;
}

function buttons(message, act) {
  const of = [
    ...(message.card?.buttons ?? []).map((one) => link(one.title, one.content)),
    ...(message.buttons ?? []).map((one) => chatButton(one, act)),
    ...(message.channel === "miniapp" && message.template_data.buttonUrl
      ? [link(message.template_data.buttonText || "Xem", message.template_data.buttonUrl)] : []),
  ];
  return of.length ? [make("div", { className: "actions" }, ...of)] : [];
}

function link(title, where) {
  const address = /^\+?\d{8,}$/.test(where) ? `tel:${where}` : where;
  const isSafe = /^(https?:\/\/|tel:|sms:)/.test(address);
  return make("a", { href: isSafe ? address : "#", target: "_blank", rel: "noopener", textContent: title });
}

function chatButton(button, act) {
  const { type, payload } = button;
  if (type === "oa.open.url") return link(button.title, payload.url);
  if (type === "oa.open.phone") return link(button.title, `tel:+${payload.phone_code}`);
  if (type === "oa.open.sms") return link(button.title, `sms:+${payload.phone_code}`);
  const one = make("button", { type: "button", textContent: button.title });
  one.addEventListener("click", () => act.write(payload, { hidden: type === "oa.query.hide" }));
  return one;
}

function details(asked, act, citizen) {
  const phone = (citizen.phone ?? "").replace(/^\+84/, "0");
  const name = make("input", { name: "name", value: citizen.name, required: true });
  const number = make("input", { name: "phone", value: phone, inputMode: "tel" });
  const form = make("form", {}, make("p", { className: "lead", textContent: asked.title }), make("p", { textContent: asked.subtitle }),
    make("label", {}, make("span", { textContent: "Họ và tên" }), name),
    make("label", {}, make("span", { textContent: "Số điện thoại" }), number),
    make("button", { className: "main", textContent: "Gửi thông tin" }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await act.submitDetails({ name: name.value, phone: number.value.replace(/\D/g, "").replace(/^0/, "84") });
    form.replaceChildren(make("p", { textContent: "Đã gửi thông tin." }));
  });
  return form;
}
