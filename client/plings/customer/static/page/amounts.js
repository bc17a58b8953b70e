// Amounts that people type, in SOL; amounts that are sent, in lamports.

import { NotDone } from "./server.js";

const MOST = BigInt(Number.MAX_SAFE_INTEGER); // nine million SOL: what JSON keeps exactly

/**
 * Lamports, BigInt, of `0.25` or `0,25`.
 * Raises NotDone with rule `amount`, `zero_amount` or, below `least`, `below_floor`.
 */
export function lamportsOf(typed, least = 1n) {
  const [, whole, rest = ""] = /^\s*(\d{1,9})(?:[.,](\d{1,9}))?\s*$/.exec(typed) ?? [];
  if (whole === undefined) throw new NotDone("amount");
  const lamports = BigInt(whole) * 1_000_000_000n + BigInt(rest.padEnd(9, "0"));
  if (lamports > MOST) throw new NotDone("amount");
  if (!lamports) throw new NotDone("zero_amount");
  if (lamports < least) throw new NotDone("below_floor");
  return lamports;
}
