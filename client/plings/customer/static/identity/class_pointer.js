// Class pointers: the first 8 bytes of sha256("{manufacturer's key}:{path_to_pointer}"), as 11 base58 characters.

import { ascii } from "./bytes.js";
import { encode, isBase58, toNumber } from "./base58.js";
import { Refused } from "./refused.js";
import { sha256 } from "./sha256.js";

/** The 8 bytes of a pointer's text. Rules: `length`, `alphabet`, `too_large`. */
export function parsePointer(text, part = "class_pointer") {
  if (text.length !== 11) throw new Refused(part, "length", "it has not 11 characters");
  if (!isBase58(text)) throw new Refused(part, "alphabet", "it has a character that is not base58");
  const number = toNumber(text);
  if (number >= 2n ** 64n) throw new Refused(part, "too_large", "its number is not below 2^64");
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, number);
  return bytes;
}

/** The 8 bytes of the pointer of a class: of its manufacturer's 32-byte key and the text of its path. */
export const hashClass = (key, pathToPointer) => sha256(ascii(`${encode(key)}:${pathToPointer}`)).slice(0, 8);
