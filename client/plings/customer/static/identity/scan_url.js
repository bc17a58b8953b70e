// The URL on a code, read as strictly as plings.identity.url does: what is no code of our own host opens nothing.

import { parseAddress } from "./address.js";
import { parsePointer } from "./class_pointer.js";
import { parsePath } from "./path.js";
import { Refused } from "./refused.js";

const LONGEST = 300;
const REQUIRED = ["t", "p", "cp", "i"];

/**
 * The query (`t=q&p=…`) of a scanned text that is exactly one code of `host`. Raises Refused with the rules of
 * ScanUrl.parse; its part is `url`, or the part of it at fault.
 */
export function parseScanUrl(text, host) {
  const origin = `https://${host}?`;
  const refuse = (rule, reason) => {
    throw new Refused("url", rule, reason);
  };
  if (text.length > LONGEST) refuse("too_long", `it has more than ${LONGEST} characters`);
  if (/[^\0-\x7f]/.test(text)) refuse("not_ascii", "it has a character outside ASCII");
  if (!text.startsWith("https://")) refuse("scheme", "it does not start with https://");
  if (!text.startsWith(origin)) refuse("host", `it does not start with ${origin}`);
  if (text.includes("#")) refuse("fragment", "it has a fragment");
  if (/[%+]/.test(text)) refuse("escape", "it has an escape (% or +)");
  const query = text.slice(origin.length);
  checkValues(readParameters(query, refuse), refuse);
  return query;
}

function readParameters(query, refuse) {
  const values = new Map();
  for (const pair of query.split("&")) {
    const at = pair.indexOf("=");
    if (at < 0) refuse("parameter", "a parameter has no =");
    const name = pair.slice(0, at);
    if (!REQUIRED.includes(name) && name !== "s") refuse("unknown_parameter", "it has a parameter that no code has");
    if (values.has(name)) refuse("repeated_parameter", `it has ${name} twice`);
    values.set(name, pair.slice(at + 1));
  }
  for (const name of REQUIRED) if (!values.has(name)) refuse("missing_parameter", `it has no ${name}`);
  return values;
}

function checkValues(values, refuse) {
  if (!["q", "n"].includes(values.get("t"))) refuse("kind", "t is neither q nor n");
  parsePath(values.get("p"));
  parsePointer(values.get("cp"));
  parseAddress(values.get("i"));
  if (values.has("s")) checkSignature(values.get("s"));
}

function checkSignature(text) {
  if (text.length !== 86) throw new Refused("tag", "length", "it has not 86 characters");
  if (!/^[\w-]+$/.test(text)) throw new Refused("tag", "alphabet", "it has a character that is not base64url");
  if (!/[AQgw]$/.test(text)) throw new Refused("tag", "unused_bits", "its last character sets bits of no byte");
}
