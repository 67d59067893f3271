/* What the parts of the page share: calls, elements, words for numbers and hours. */

export const at = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export async function ask(method, path, body) {
  const answer = await fetch("/_sandbox" + path, {
    method, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(told.error || answer.statusText);
  return told;
}

export const asQuery = (values) => "?" + new URLSearchParams(values);

export function initials(name) {
  const words = name.trim().split(/\s+/);
  return words[words.length - 1].slice(0, 1).toLocaleUpperCase("vi");
}

export function spoken(phone) {
  if (!phone) return "Không có số điện thoại";
  return ("0" + phone.slice(3)).replace(/^(\d{4})(\d{3})(\d+)$/, "$1 $2 $3");
}

const PARTS = new Intl.DateTimeFormat("vi-VN", {
  weekday: "long", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
  hourCycle: "h23", timeZone: "Asia/Ho_Chi_Minh",
});
function parts(moment) {
  return Object.fromEntries(PARTS.formatToParts(new Date(moment)).map((one) => [one.type, one.value]));
}
export function hour(moment, { seconds = false } = {}) {
  const part = parts(moment);
  return `${part.hour}:${part.minute}` + (seconds ? `:${part.second}` : "");
}
export function day(moment) {
  const part = parts(moment);
  const weekday = part.weekday.replace("Thứ", "thứ").replace("Nhật", "nhật");
  return `${weekday}, ${part.day}/${part.month}/${part.year}`;
}
/* What an `<input type="datetime-local">` holds, in Vietnamese time. */
export function asInput(moment) {
  const part = parts(moment);
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}
