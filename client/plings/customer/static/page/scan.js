// Scanning on the page: by camera, or from a picture. What is no code of our own host opens nothing.

import { parseScanUrl } from "../identity/scan_url.js";
import { codeReader, watchCamera } from "./camera.js";
import { say, text } from "./texts.js";

const scanner = document.querySelector("#scanner");
const { host, keep } = scanner.dataset;
const video = scanner.querySelector("video");
const status = scanner.querySelector("[role=status]");
const [start, stop] = ["start", "stop"].map((name) => scanner.querySelector(`[data-do=${name}]`));
let running = new AbortController();

/** Goes to the page of a scanned code; says of any other text that it is none of ours. */
function open(scanned) {
  try {
    const query = parseScanUrl(scanned, host);
    location.assign(`/?${query}${keep && `&${keep}`}`);
    return true;
  } catch (error) {
    say(status, "bad", text(error.rule === "host" || error.rule === "scheme" ? "scan.foreign" : "scan.damaged"));
    return false;
  }
}

function show(isOn) {
  video.hidden = stop.hidden = !isOn;
  start.hidden = isOn;
}

start.addEventListener("click", async () => {
  running = new AbortController();
  say(status, "", text("scan.looking"));
  show(true);
  stop.focus();
  try {
    await watchCamera(video, open, running.signal);
  } catch {
    say(status, "bad", text("scan.no_camera"));
  }
  show(false);
});

stop.addEventListener("click", () => {
  running.abort();
  say(status, "", "");
  start.hidden = false;
  start.focus();
});

scanner.querySelector("input[type=file]").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (!file) return;
  try {
    const read = await codeReader();
    const texts = await read(await createImageBitmap(file));
    if (!texts.length) say(status, "bad", text("scan.no_code"));
    else texts.some(open);
  } catch {
    say(status, "bad", text("scan.no_picture"));
  }
  target.value = "";
});

if (!navigator.mediaDevices) start.disabled = true; // only on https
scanner.hidden = false;
