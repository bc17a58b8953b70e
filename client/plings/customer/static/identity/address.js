// Addresses: 32-byte keys and their base58 text. The rules are those of plings.identity.address.

import { decode, isBase58 } from "./base58.js";
import { Refused } from "./refused.js";

/** The 32 bytes of an address. Rules: `length` (characters), `alphabet`, `size`. */
export function parseAddress(text, part = "address") {
  if (text.length < 32 || text.length > 44) throw new Refused(part, "length", "it has not 32 to 44 characters");
  if (!isBase58(text)) throw new Refused(part, "alphabet", "it has a character that is not base58");
  const key = decode(text);
  if (key.length !== 32) throw new Refused(part, "size", `it is ${key.length} bytes and not 32`);
  return key;
}
