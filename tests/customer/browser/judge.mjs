// Judges receipts and scanned texts from standard input, a JSON array of [kind, base64], as the page does.

import { readFileSync } from "node:fs";

const STATIC = new URL("../../../client/plings/customer/static/", import.meta.url);
const load = (name) => import(new URL(name, STATIC));
const { parseScanUrl } = await load("identity/scan_url.js");
const { Refused } = await load("identity/refused.js");
const { parseReceipt } = await load("proofs/receipt.js");
const { verifyReceipt } = await load("proofs/verification.js");

function judge([kind, text]) {
  const bytes = Uint8Array.from(Buffer.from(text, "base64"));
  try {
    if (kind === "url") return parseScanUrl(new TextDecoder().decode(bytes), "s.plings.io") && "fine";
    return verifyReceipt(parseReceipt(bytes)).grade;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return kind === "url" ? error.rule : `${error.part} ${error.rule}`;
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf-8")).map(judge)));
