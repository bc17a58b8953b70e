// The receipt as a file to keep, or to hand on where the device can.

import { fetchFile } from "./server.js";
import { say, text } from "./texts.js";

const link = document.querySelector("#receipt");
const share = document.querySelector("#share");
const status = document.querySelector("#received");

/** The file, or a sentence on why there is none yet. */
async function receipt() {
  try {
    return new File([await fetchFile(link.href)], "receipt.json", { type: "application/json" });
  } catch (error) {
    say(status, "bad", text(`refusal.${error.rule}`, {}, "act.no_receipt"));
    return undefined;
  }
}

link?.addEventListener("click", async (event) => {
  event.preventDefault();
  const file = await receipt();
  if (!file) return;
  const saving = document.createElement("a");
  [saving.href, saving.download] = [URL.createObjectURL(file), file.name];
  saving.click();
  URL.revokeObjectURL(saving.href);
});

if (link && navigator.canShare?.({ files: [new File(["{}"], "receipt.json", { type: "application/json" })] })) {
  share.hidden = false;
  share.addEventListener("click", async () => {
    const file = await receipt();
    if (file) await navigator.share({ files: [file] }).catch(() => undefined); // who changed their mind
  });
}
