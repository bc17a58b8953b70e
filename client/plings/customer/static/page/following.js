// A transaction on its way: asked for until it is final, failed or too late. Each state is told apart.

import { encode } from "../identity/base58.js";
import { ask } from "./server.js";

const FIRST_WAIT_MS = 700;
const LONGEST_WAIT_MS = 4000;
const ENDS = ["finalized", "failed", "expired"];
/** On a phone a wallet may take the same code up again after it failed or came too late. */
export const ENDS_OF_A_CODE = ["finalized"];

/** A reference of one payment: 32 random bytes. One that was used before would find an older payment. */
export const newReference = () => encode(crypto.getRandomValues(new Uint8Array(32)));

/**
 * Tells `told` of each new state of the payment with this reference until it has come to an end, or `signal` says so.
 * `signature` is what the wallet told, if it did. A server that does not answer is asked again: that says nothing
 * about the payment. A page that nobody looks at asks nothing.
 */
export async function follow(reference, query, told, { signature, signal, ends = ENDS } = {}) {
  const named = signature ? `&signature=${signature}` : "";
  let last = {};
  for (let wait = FIRST_WAIT_MS; !signal?.aborted; wait = Math.min(wait * 1.2, LONGEST_WAIT_MS)) {
    if (document.hidden) await shown();
    const payment = await ask(`/v1/payments/${reference}?${query}${named}`).catch(() => ({ state: "unreachable" }));
    if (payment.state !== last.state) told((last = payment));
    if (ends.includes(payment.state)) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

const shown = () => new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
