// The scan field of a step: a wedge scanner types into it, the camera fills it where the browser can read codes.
// Nothing here decides: the server resolves what was scanned. Without this file the field is typed into.
"use strict";

(function () {
  const form = document.querySelector("[data-scan-form]");
  const field = form && form.querySelector("[data-scan]");
  if (!field) return;

  // A wedge scanner types wherever the focus is. Letters that no field takes go into the scan field.
  const takes = (element) => element && (element.matches("input, textarea, select, button, a[href]") || element.isContentEditable);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1 || event.key === " ") return;
    if (takes(document.activeElement)) return;
    field.value = "";
    field.focus();
  });
  // After a refusal the stop is read first; otherwise the field waits for the scanner.
  if (!document.querySelector("[data-focus-first]")) field.focus();

  const start = form.querySelector("[data-camera-start]");
  const part = form.querySelector("[data-camera]");
  const view = form.querySelector("[data-camera-view]");
  const note = form.querySelector("[data-camera-note]");
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices || !start) return;

  let stream = null;
  function stop(words) {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    view.srcObject = null;
    view.hidden = true;
    start.textContent = "Use the camera";
    note.textContent = words;
  }
  async function look(detector) {
    if (!stream) return;
    let found = [];
    try {
      found = await detector.detect(view);
    } catch (error) {
      stop("The camera can't read codes here. Type the code under the barcode.");
      return;
    }
    if (found.length && found[0].rawValue) {
      field.value = found[0].rawValue;
      stop("Read: " + found[0].rawValue);
      form.requestSubmit();
      return;
    }
    setTimeout(() => look(detector), 150);
  }
  start.addEventListener("click", async () => {
    if (stream) {
      stop("");
      return;
    }
    part.hidden = false;
    view.hidden = false;
    note.textContent = "Hold the code in front of the camera.";
    start.textContent = "Stop the camera";
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      view.srcObject = stream;
      await view.play();
      look(new window.BarcodeDetector());
    } catch (error) {
      stop("The camera can't be used: it is not allowed or not there. Type the code under the barcode.");
    }
  });
  start.hidden = false;
})();
