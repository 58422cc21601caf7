// Counts the clocks of a batch down between two pages. The server computes them: this file only shows the time that is left,
// by the server's own clock, and asks for the page again when a limit passes, so that the server says what that means.
"use strict";

(function () {
  const words = (ms) => {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const parts = [h ? h + " h" : "", m ? m + " min" : "", s || !seconds ? s + " s" : ""];
    return parts.filter(Boolean).join(" ");
  };

  // What is typed is never lost by a reload: a page with typed values waits until it is sent.
  const typed = () => Array.from(document.querySelectorAll("main input:not([type=hidden]), main textarea")).some((field) =>
    field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);

  function start(part) {
    const reading = part.querySelector("[data-clock-reading]");
    const label = part.querySelector("[data-clock-label]");
    const says = part.parentElement.querySelector("[data-clock-says]");
    const title = part.parentElement.getAttribute("aria-label");
    const due = Date.parse(part.dataset.clock);
    const warns = Date.parse(part.dataset.warns || "");
    // The tablet's own clock may be wrong; only the time since the page was drawn is taken from it.
    const drawn = Date.parse(part.dataset.now);
    const began = performance.now();
    const wasOver = due < drawn;
    let warned = !(warns > drawn);
    function tick() {
      const now = drawn + performance.now() - began;
      const left = due - now;
      reading.textContent = words(Math.abs(left));
      if (!warned && now >= warns) {
        warned = true;
        says.textContent = title + ": " + words(left) + " left.";
      }
      if (left < 0 && !wasOver) {
        if (label.textContent === "left") label.textContent = "over";
        says.textContent = title + ": the limit is reached.";
        if (!typed()) {
          clearInterval(timer);
          setTimeout(() => location.reload(), 1500);
        }
      }
    }
    const timer = setInterval(tick, 1000);
    tick();
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-clock]").forEach(start));
})();
