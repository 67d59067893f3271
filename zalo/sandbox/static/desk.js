/* The desk beside the phone: the clock, what is to go wrong, what happens at Zalo, and what the portal was told. */

import { asInput, ask, at, day, hour, make } from "./dom.js";

const STEPS = [["+1 giờ", 1], ["+1 ngày", 24], ["+49 giờ", 49], ["+8 ngày", 192]];
// Shares are shown in hundreds.
const SHARES = [
  ["fail_rate", "% tin bị từ chối"], ["timeout_rate", "% nhận tin rồi im lặng"],
  ["duplicate_rate", "% sự kiện gửi hai lần"], ["reorder_rate", "% sự kiện sai thứ tự"], ["corrupt_rate", "% sự kiện sai chữ ký"],
];
const NUMBERS = [["error", "Mã khi từ chối"], ["latency_ms", "Chậm thêm (ms)"], ["quota", "Hạn mức tin mẫu"]];
const FLAGS = [
  ["night", "Đang là ban đêm"], ["drop_receipts", "Không báo đã nhận"], ["expire_oa_token", "Mã truy cập của các trang hết hạn"],
  ["no_refresh_token", "Làm mới mà không trả mã mới"], ["refresh_timeout", "Làm mới rồi im lặng"],
  ["foreign_address", "Coi cổng là máy ở nước ngoài"], ["strict_templates", "Mẫu lạ bị từ chối"], ["oa_buttons", "Cho phép nút trong chat"],
];
// About the citizen whose phone is open, or else about an Official Account.
const OF_CITIZEN = [
  ["user_click_chatnow", "Bấm “Nhắn tin”"], ["user_send_image", "Gửi một ảnh"], ["user_send_location", "Gửi vị trí"],
  ["user_withdraw", "Rút đồng ý, xin xóa dữ liệu"], ["user.revoke.consent", "Rút đồng ý trong Mini App"],
];
const OF_OA = [["permission_revoked", "Thu hồi quyền của trang"]];
let citizenId = "";
let now = "";

export async function refreshDesk(chosen) {
  citizenId = chosen;
  const [clock, log, { faults }, { oas }] = await Promise.all(
    ["/clock", "/events", "/faults", "/oas"].map((path) => ask("GET", path)));
  now = clock.now;
  at("now").textContent = hour(now, { seconds: true });
  at("today").textContent = day(now);
  at("clock-state").textContent = clock.stands ? "đang đứng yên" : clock.is_moved ? "đã chỉnh khác giờ thật" : "đúng giờ thật";
  at("faults-state").textContent = Object.keys(faults).length ? `Đang bật: ${words(faults)}.` : "Mọi việc đang bình thường.";
  at("about").textContent = chosen ? "Xảy ra với người đang mở điện thoại:" : "Chọn một người để có thêm việc.";
  for (const button of at("events").children) button.disabled = button.dataset.of === "citizen" && !chosen;
  drawAccounts(oas);
  drawLog(log);
}

function drawAccounts(oas) {
  if (at("oa").length === oas.length) return;
  at("oa").replaceChildren(...oas.map((oa) => make("option", { value: oa.oa_id, textContent: oa.name })));
}

function words(faults) {
  const names = Object.fromEntries([...SHARES, ...NUMBERS, ...FLAGS]);
  return Object.entries(faults).map(([name, value]) => {
    const known = (names[name] ?? name).replace(/^% /, "");
    if (value === true) return known.toLocaleLowerCase("vi");
    return `${known.toLocaleLowerCase("vi")} ${SHARES.some(([share]) => share === name) ? `${Math.round(value * 100)}%` : JSON.stringify(value)}`;
  }).join(", ");
}

function drawLog({ enabled, waiting, lost, events }) {
  at("cut-off").hidden = enabled;
  const more = [waiting && `${waiting} đang chờ gửi lại`, lost && `${lost} đã mất`].filter(Boolean).join(", ");
  at("waiting").textContent = events.length ? more : "Chưa có sự kiện nào.";
  const rows = events.slice(0, 40).map((one) => make("li", {},
    make("time", { textContent: hour(one.at, { seconds: true }) }), make("span", { textContent: one.event_name }),
    make("span", { className: one.status === 200 ? "" : "bad", textContent: one.status ?? "không trả lời" }),
    one.num_retry ? make("small", { textContent: `gửi lại lần ${one.num_retry}` }) : null));
  at("log").replaceChildren(...rows);
}

function stepButton(text, act) {
  const button = make("button", { type: "button", textContent: text });
  button.addEventListener("click", act);
  return button;
}

at("hours").append(
  ...STEPS.map(([text, hours]) => stepButton(text, () => {
    const then = new Date(new Date(now).getTime() + hours * 3600 * 1000);
    return ask("PUT", "/clock", { now: then.toISOString().replace("Z", "+00:00") });
  })),
  stepButton("Về giờ thật", () => ask("DELETE", "/clock")));
at("set-clock").elements.now.addEventListener("focus", (event) => { event.target.value ||= asInput(now); });
at("set-clock").addEventListener("submit", (event) => {
  event.preventDefault();
  ask("PUT", "/clock", { now: event.target.elements.now.value });
});

function numberField(name, text, more) {
  return make("label", {}, make("span", { textContent: text }), make("input", { name, type: "number", ...more }));
}
at("faults").append(
  make("fieldset", { className: "numbers" }, ...SHARES.map(([name, text]) => numberField(name, text, { min: 0, max: 100, placeholder: "0" })),
    ...NUMBERS.map(([name, text]) => numberField(name, text, { placeholder: { error: "-32", quota: "20000" }[name] ?? "0" }))),
  make("fieldset", {}, ...FLAGS.map(([name, text]) => make("label", { className: "tick" }, make("input", { type: "checkbox", name }), make("span", { textContent: text })))),
  make("div", { className: "decide" }, make("button", { className: "main", textContent: "Áp dụng" }), make("button", { type: "reset", textContent: "Bỏ hết" })));
at("faults").addEventListener("reset", () => ask("DELETE", "/faults"));
at("faults").addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = event.target.elements;
  const script = {};
  for (const [name] of SHARES) if (fields[name].value) script[name] = Number(fields[name].value) / 100;
  for (const [name] of NUMBERS) if (fields[name].value) script[name] = Number(fields[name].value);
  for (const [name] of FLAGS) if (fields[name].checked) script[name] = true;
  try {
    await ask("PUT", "/faults", script);
  } catch (error) {
    at("faults-state").textContent = `Chưa áp dụng được: ${error.message}`;
  }
});

function eventButton(name, text, of) {
  const button = stepButton(text, async () => {
    const about = of === "citizen" ? { user_id: citizenId } : {};
    try {
      await ask("POST", "/events", { event_name: name, oa_id: at("oa").value, ...about });
      at("event-state").textContent = `Đã gửi: ${text}.`;
    } catch (error) {
      at("event-state").textContent = `Chưa gửi được: ${error.message}`;
    }
  });
  button.dataset.of = of;
  return button;
}
at("events").append(
  ...OF_CITIZEN.map(([name, text]) => eventButton(name, text, "citizen")), ...OF_OA.map(([name, text]) => eventButton(name, text, "oa")));
at("switch-on").addEventListener("click", () => ask("PUT", "/webhooks", { enabled: true }));
