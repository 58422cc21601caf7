// Dragging a step or a value to another place. Without this file the buttons beside each do the same.
"use strict";

(function () {
  function start(list) {
    list.querySelectorAll(":scope > li [data-handle]").forEach((handle) => {
      const item = handle.closest("li");
      handle.hidden = false;
      handle.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        item.classList.add("is-dragged");
        // The item moves within the page while it is dragged, which ends a capture: the document listens instead.
        const over = new AbortController();
        const listen = (name, act) => document.addEventListener(name, act, { signal: over.signal });
        listen("pointermove", (moved) => place(list, item, moved.clientY));
        listen("pointerup", () => { over.abort(); drop(list, item, handle); });
        listen("pointercancel", () => window.location.reload());
      });
    });
  }

  // The item goes before the first one whose middle lies below the pointer.
  function place(list, item, y) {
    const others = [...list.children].filter((one) => one !== item);
    const next = others.find((one) => {
      const box = one.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    list.insertBefore(item, next || null);
  }

  function drop(list, item, handle) {
    item.classList.remove("is-dragged");
    const to = String([...list.children].indexOf(item) + 1);
    if (to === item.dataset.place) return;
    const form = handle.form;
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = "to";
    input.value = to;
    form.append(input);
    form.submit();
  }

  // After a move by button the focus is on the part that moved, so that it can be moved on.
  function focusMoved() {
    const moved = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (moved && moved.closest("[data-arrange]")) moved.focus({ preventScroll: true });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-arrange]").forEach(start);
    focusMoved();
  });
})();
