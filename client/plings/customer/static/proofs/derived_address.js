// Addresses that a Solana program derives, which are no public key of anybody.

import { ascii, joined } from "../identity/bytes.js";
import { sha256 } from "../identity/sha256.js";

const FIELD = 2n ** 255n - 19n;
const modulo = (number) => ((number % FIELD) + FIELD) % FIELD;

function power(base, exponent) {
  let result = 1n;
  for (; exponent; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % FIELD;
    base = (base * base) % FIELD;
  }
  return result;
}

/** The d of edwards25519 (RFC 8032, 5.1). */
const CURVE_D = modulo(-121665n * power(121666n, FIELD - 2n));

/** The 32-byte address of `seeds` (at most 32 bytes each) under a program: of the highest bump which is no key. */
export function derivedAddress(programId, ...seeds) {
  for (let bump = 255; bump >= 0; bump--) {
    const address = sha256(joined(...seeds, [bump], programId, ascii("ProgramDerivedAddress")));
    if (!isOnCurve(address)) return address;
  }
  throw new Error("these seeds have no address"); // one in 2^256
}

/** Whether 32 bytes are a point of Ed25519 (RFC 8032, 5.1.3): x^2 = u/v is a square exactly when u*v is one. */
function isOnCurve(key) {
  const number = key.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const y = number & (2n ** 255n - 1n);
  const uTimesV = modulo((y * y - 1n) * (CURVE_D * y * y + 1n));
  return power(uTimesV, (FIELD - 1n) / 2n) <= 1n;
}
