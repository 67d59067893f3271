// What the declaration does better with a script than without: it keeps what is typed, and finds names of places.
(() => {
  const form = document.getElementById("declare");
  if (!form) return;
  const kept = document.getElementById("kept");
  const AFTER_TYPING = 4000;
  let changed = false;
  let stopped = false;
  let sending = null;
  let timer = 0;

  // --- Keeping ---
  const keep = () => {
    clearTimeout(timer);
    if (!changed || sending || stopped) return;
    changed = false;
    sending = fetch(form.dataset.keep, {method: "POST", body: new FormData(form), keepalive: true})
      .then(async (answer) => {
        if (answer.ok) {
          const told = await answer.json();
          form.elements.revision.value = told.revision;
          kept.textContent = `Đã lưu lúc ${told.saved}. Có thể đóng trang và làm tiếp trên máy khác.`;
        } else if (answer.status === 412 || answer.status === 409 || answer.status === 404) {
          stopped = true; // “Tiếp tục” says what is to be done about it
          kept.textContent = "Tờ khai vừa được sửa hoặc nộp ở máy khác. Bấm “Tiếp tục” để xem.";
        } else {
          changed = true;
        }
      })
      .catch(() => {
        changed = true;
        kept.textContent = "Chưa lưu được vì mất mạng. Cứ ghi tiếp, có mạng sẽ lưu.";
      })
      .finally(() => {
        sending = null;
      });
  };
  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(keep, AFTER_TYPING);
  });
  form.addEventListener("change", () => {
    changed = true;
    keep();
  });
  addEventListener("online", keep);
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  // What is under way comes first, or the page would seem to come from another device.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    changed = false;
    if (!sending) return;
    event.preventDefault();
    event.stopPropagation();
    const button = event.submitter;
    sending.finally(() => form.requestSubmit(button));
  });

  // --- Names of places ---
  const LEAST = 2;
  const MOST_SHOWN = 6;
  const lists = new WeakMap();
  const told = document.createElement("p");
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  form.append(told);
  const listOf = (input) => {
    if (!lists.has(input)) {
      const list = document.createElement("ul");
      list.className = "found";
      list.setAttribute("aria-label", "Tên phường, xã gợi ý");
      input.after(list);
      lists.set(input, list);
    }
    return lists.get(input);
  };
  const split = (text) => {
    const comma = text.indexOf(",");
    return comma < 0 ? ["", text] : [text.slice(0, comma + 1), text.slice(comma + 1)];
  };
  const look = async (input) => {
    const [before, sought] = split(input.value);
    const list = listOf(input);
    const show = (...entries) => {
      list.replaceChildren(...entries);
      told.textContent = entries.length ? `${entries.length} tên gợi ý, ở ngay dưới ô đang ghi.` : "";
    };
    if (sought.trim().length < LEAST) return show();
    const answer = await fetch(`${form.dataset.units}&q=${encodeURIComponent(sought.trim().slice(0, 100))}`).catch(() => null);
    if (!answer?.ok || split(input.value)[1] !== sought) return;
    const found = (await answer.json()).slice(0, MOST_SHOWN);
    show(...found.map((unit) => {
      const entry = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = unit.full_name;
      button.addEventListener("click", () => {
        input.value = before ? `${before} ${unit.full_name}` : unit.full_name;
        show();
        input.focus();
        input.dispatchEvent(new Event("change", {bubbles: true}));
      });
      entry.append(button);
      return entry;
    }));
  };
  form.querySelectorAll("input[data-place]").forEach((input) => {
    let waiting = 0;
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => look(input), 300);
    });
    input.addEventListener("keydown", (event) => event.key === "Escape" && listOf(input).replaceChildren());
  });
})();
