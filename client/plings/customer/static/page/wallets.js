// Wallets in this browser, by the Wallet Standard (github.com/wallet-standard): who they are, and what they sign.

import { encode } from "../identity/base58.js";
import { ask, fromBase64, NotDone, toBase64 } from "./server.js";

const CONNECT = "standard:connect";
const SEND = "solana:signAndSendTransaction";
const SIGN = "solana:signTransaction";

const isUsable = ({ features, chains }, chain) =>
  CONNECT in features && (SEND in features || SIGN in features) && chains.includes(chain);

/** Tells `found` of each wallet that signs for `chain` (`solana:devnet`), those to come as well. */
export function watchWallets(chain, found) {
  const known = new Set();
  const register = (...wallets) => {
    for (const wallet of wallets)
      if (!known.has(wallet) && isUsable(wallet, chain)) {
        known.add(wallet);
        found(wallet);
      }
    return () => undefined; // who leaves again fails when it is asked
  };
  addEventListener("wallet-standard:register-wallet", ({ detail }) => detail({ register }));
  dispatchEvent(new CustomEvent("wallet-standard:app-ready", { detail: { register } }));
}

/** The wallet's account for `chain`. Raises NotDone with rule `not_connected`. */
export async function connect(wallet, chain) {
  try {
    await wallet.features[CONNECT].connect();
  } catch {
    throw new NotDone("not_connected");
  }
  const account = wallet.accounts.find(({ chains }) => chains.includes(chain));
  if (!account) throw new NotDone("not_connected");
  return account;
}

/** Has the wallet sign a base64 transaction and send it; the signature in base58. Raises NotDone, rule `not_signed`. */
export async function signAndSend(wallet, account, transaction, chain) {
  const input = { account, chain, transaction: fromBase64(transaction) };
  if (SEND in wallet.features) {
    const [{ signature }] = await asked(wallet.features[SEND].signAndSendTransaction(input));
    return encode(signature);
  }
  const [{ signedTransaction }] = await asked(wallet.features[SIGN].signTransaction(input));
  return (await ask("/v1/send", { transaction: toBase64(signedTransaction) })).signature;
}

async function asked(signing) {
  try {
    return await signing;
  } catch (error) {
    throw new NotDone("not_signed", error?.message);
  }
}
