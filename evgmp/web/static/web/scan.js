// The scan field of a step: a wedge scanner types into it, the camera fills it.
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
  if (!navigator.mediaDevices || !start) return;

  // What reads a picture: the browser itself where it can, else the decoder kept with the site, loaded when it is first wanted.
  // Both answer the text of the first code they find, or "".
  async function nativeReader() {
    if (!("BarcodeDetector" in window)) return null;
    const formats = await window.BarcodeDetector.getSupportedFormats();
    if (!formats.includes("data_matrix")) return null;
    const detector = new window.BarcodeDetector({ formats: formats });
    return async () => ((await detector.detect(view))[0] || { rawValue: "" }).rawValue;
  }
  function loaded(address) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
  }
  async function keptReader() {
    if (!window.ZXingWASM) await loaded(form.dataset.decoder);
    window.ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => form.dataset.decoderWasm } });
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    return async () => {
      canvas.width = view.videoWidth;
      canvas.height = view.videoHeight;
      if (!canvas.width) return "";
      pen.drawImage(view, 0, 0);
      const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
      const found = await window.ZXingWASM.readBarcodes(picture, { tryHarder: true, maxNumberOfSymbols: 1 });
      return found.length ? found[0].text : "";
    };
  }

  let stream = null;
  function stop(words) {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    view.srcObject = null;
    view.hidden = true;
    start.textContent = "Use the camera";
    note.textContent = words;
  }
  function take(code) {
    field.value = code;
    stop("Read: " + code);
    // What else the form asks for is typed first; a form that asks for the code alone is sent.
    const asked = [...form.querySelectorAll("input:not([type=hidden]), select, textarea")].find((one) => one !== field && !one.value);
    if (asked) asked.focus();
    else form.requestSubmit();
  }
  async function look(read) {
    if (!stream) return;
    try {
      const code = await read();
      if (code && stream) take(code);
      else setTimeout(() => look(read), 150);
    } catch (error) {
      stop("The camera can't read codes here. Type the code under the barcode.");
    }
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
    } catch (error) {
      stop("The camera can't be used: it is not allowed or not there. Type the code under the barcode.");
      return;
    }
    try {
      look((await nativeReader()) || (await keptReader()));
    } catch (error) {
      stop("What reads codes could not be loaded. Type the code under the barcode.");
    }
  });
  start.hidden = false;
})();
