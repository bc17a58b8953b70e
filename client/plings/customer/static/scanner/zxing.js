// QR codes by ZXing, for browsers without a reader of their own. Only loaded then: it is larger than all of the page.

import { prepareZXingModule, readBarcodes } from "./zxing-wasm/es/reader/index.js";

const WASM = new URL("./zxing-wasm/reader/zxing_reader.wasm", import.meta.url).href;
const LARGEST_PIXELS = 1280;

prepareZXingModule({ overrides: { locateFile: () => WASM } }); // by itself it would ask a server of others

const canvas = document.createElement("canvas");
const context = canvas.getContext("2d", { willReadFrequently: true });

/** The texts of the QR codes in a picture: a video, an image or a bitmap. */
export async function readCodes(picture) {
  const [width, height] = [picture.videoWidth ?? picture.width, picture.videoHeight ?? picture.height];
  if (!width || !height) return [];
  const scale = Math.min(1, LARGEST_PIXELS / Math.max(width, height));
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  const codes = await readBarcodes(pixels, { formats: ["QRCode"], maxNumberOfSymbols: 4, tryHarder: true });
  return codes.map(({ text }) => text);
}
