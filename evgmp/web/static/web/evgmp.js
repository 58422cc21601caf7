// Small comforts. Every page works without this file: nothing here decides, judges or records.
"use strict";

(function () {
  const each = (selector, act, root) => (root || document).querySelectorAll(selector).forEach(act);

  // After a refused form the error summary is read first.
  function focusFirst(root) {
    const summary = (root || document).querySelector("[data-focus-first]");
    if (summary) summary.focus();
  }

  // A link of the summary puts the focus into its field, not only the view.
  function linkToField(event) {
    const link = event.target.closest(".ev-errsum a[href^='#'], .ev-blocker a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  }

  // A toast goes after 8 s, but not while it is read: pointer or focus on it stops the clock.
  function toasts() {
    each("[data-toast]", (toast) => {
      let timer;
      const start = () => { timer = setTimeout(() => toast.remove(), 8000); };
      const stop = () => clearTimeout(timer);
      const close = toast.querySelector("[data-dismiss]");
      close.hidden = false;
      close.addEventListener("click", () => toast.remove());
      ["mouseenter", "focusin"].forEach((name) => toast.addEventListener(name, stop));
      ["mouseleave", "focusout"].forEach((name) => toast.addEventListener(name, start));
      start();
    });
  }

  // The menu of phones.
  function menu() {
    const button = document.querySelector("[data-menu]");
    const nav = document.getElementById("nav");
    if (!button || !nav) return;
    button.hidden = false;
    nav.classList.add("is-folded");
    button.addEventListener("click", () => {
      const open = nav.classList.toggle("is-open");
      button.setAttribute("aria-expanded", String(open));
      if (open) nav.querySelector("a").focus();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !nav.classList.contains("is-open")) return;
      nav.classList.remove("is-open");
      button.setAttribute("aria-expanded", "false");
      button.focus();
    });
  }

  // Two minutes before the server signs out, ask. Typing and pressing on the page is no activity for the server,
  // so the answer is sent to it, and what was typed stays.
  function idle() {
    const minutes = Number(document.body.dataset.idleMinutes);
    const dialog = document.querySelector("[data-idle]");
    if (!minutes || !dialog) return;
    const title = dialog.querySelector("[data-idle-title]");
    const text = dialog.querySelector("[data-idle-text]");
    const stay = dialog.querySelector("[data-stay]");
    const before = Math.min(120, minutes * 30) * 1000;
    let ask, end;
    function begin() {
      clearTimeout(ask);
      clearTimeout(end);
      ask = setTimeout(() => { dialog.showModal(); title.focus(); }, minutes * 60000 - before);
      end = setTimeout(over, minutes * 60000);
    }
    function over() {
      title.textContent = "You were signed out";
      text.textContent = "What you typed is still on this page, but it is not recorded. Sign in in a new tab, then come back and close this message.";
      stay.querySelector("button").textContent = "Close";
      if (!dialog.open) dialog.showModal();
      title.focus();
    }
    stay.addEventListener("submit", (event) => {
      event.preventDefault();
      fetch(stay.action, { method: "POST", body: new FormData(stay), redirect: "manual" }).then(begin, over);
      dialog.close();
    });
    begin();
  }

  // One press, one record: a second press while the first is on its way does nothing.
  function once() {
    each("form[data-once]", (form) => {
      form.addEventListener("submit", (event) => {
        if (form.dataset.sent) event.preventDefault();
        form.dataset.sent = "yes";
      });
    });
    window.addEventListener("pageshow", () => each("form[data-once]", (form) => delete form.dataset.sent));
  }

  // The signature as a dialog, where the page asks for it. Without script it is a part of the page.
  function signDialog() {
    each("[data-sign]", (part) => {
      const form = part.closest("form");
      const foot = form.querySelector(".ev-command__f");
      const button = foot.querySelector("[type=submit]");
      const dialog = document.createElement("dialog");
      dialog.className = "ev-dialog";
      dialog.setAttribute("aria-labelledby", part.getAttribute("aria-labelledby"));
      const open = button.cloneNode(true);
      open.type = "button";
      const cancel = document.createElement("button");
      cancel.type = "button";
      cancel.className = "btn btn-secondary";
      cancel.textContent = "Cancel";
      cancel.addEventListener("click", () => dialog.close());
      const bar = document.createElement("div");
      bar.className = "ev-dialog__f";
      button.replaceWith(open);
      bar.append(cancel, button);
      dialog.append(part, bar);
      foot.before(dialog);
      open.addEventListener("click", () => { dialog.showModal(); part.querySelector("h2").focus(); });
    });
  }

  // Keypad for gloved hands: fills the input named by data-keypad-for. The input stays an ordinary one.
  function keypads() {
    each("[data-keypad-for]", (pad) => {
      const input = document.getElementById(pad.dataset.keypadFor);
      if (!input) return;
      pad.hidden = false;
      pad.addEventListener("click", (event) => {
        const key = event.target.closest("[data-key]");
        if (!key) return;
        const value = key.dataset.key;
        if (value === "clear") input.value = "";
        else if (value === "back") input.value = input.value.slice(0, -1);
        else if (value !== "." || !input.value.includes(".")) input.value += value;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
  }

  // A genealogy wider than the window begins where the record of the page stands.
  function graphs() {
    each(".ev-gen-w", (frame) => {
      const own = frame.querySelector(".n.cur");
      if (!own) return;
      const beyond = own.getBoundingClientRect().right - frame.getBoundingClientRect().right;
      if (beyond > 0) frame.scrollLeft = beyond + 24;
    });
  }

  // Scanners type and press Enter; blanks around an ID are theirs, and an empty box asks nothing.
  function find() {
    const form = document.querySelector("[data-find]");
    if (!form) return;
    const box = form.querySelector("input");
    box.addEventListener("focus", () => box.select());
    form.addEventListener("submit", (event) => {
      box.value = box.value.trim();
      if (!box.value) event.preventDefault();
    });
  }

  document.addEventListener("click", linkToField);
  document.addEventListener("htmx:afterSwap", (event) => focusFirst(event.target));
  document.addEventListener("DOMContentLoaded", () => {
    [toasts, menu, idle, once, signDialog, keypads, find, graphs].forEach((start) => start());
    focusFirst();
  });
})();
