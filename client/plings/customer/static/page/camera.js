// A camera's pictures until one has a code. The browser's own reader where it has one, else ZXing in WebAssembly.

const PAUSE_MS = 120;

/** What reads codes here: a picture (video, image, bitmap) becomes the texts in it. */
export async function codeReader() {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats()) ?? [];
  if (!formats.includes("qr_code")) return (await import("../scanner/zxing.js")).readCodes;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (picture) => (await detector.detect(picture)).map(({ rawValue }) => rawValue);
}

/** Shows the camera in `video` and gives what it sees to `seen`, until that returns true or `signal` ends it. */
export async function watchCamera(video, seen, signal) {
  const read = await codeReader();
  const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment" } });
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      for (const text of await read(video)) if (seen(text)) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  } finally {
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  }
}
