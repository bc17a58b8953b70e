// Paying: with a wallet of this browser, or with one on a phone that reads the code on the page.

import { lamportsOf } from "./amounts.js";
import { ENDS_OF_A_CODE, follow, newReference } from "./following.js";
import { ask } from "./server.js";
import { say, text } from "./texts.js";
import { connect, signAndSend, watchWallets } from "./wallets.js";

const WALLETS_COME_MS = 600;

const main = document.querySelector("main");
const section = document.querySelector("#pay[data-link]");
const { chain, query } = main.dataset;

if (section) begin();

function begin() {
  const { link, least, amount: asked } = section.dataset;
  const [status, phone, amount] = ["#payment", "#phone", "#amount"].map((name) => section.querySelector(name));
  let following = new AbortController();

  function told(state, rule) {
    say(status, state, text(rule ?? `pay.state.${state}`, {}, `pay.state.${state}`));
    if (!["confirmed", "finalized"].includes(state)) return;
    // nobody pays twice, and whose it was is not whose it is
    for (const each of document.querySelectorAll(".paying, #owner")) each.hidden = true;
    section.querySelector("#anew").hidden = false;
  }

  /** The parameters of a new payment of what is shown: nothing is asked for twice under one reference. */
  function payment() {
    const reference = newReference();
    const price = `&amount=${amount ? lamportsOf(amount.value, BigInt(least)) : asked}`;
    return { reference, price, parameters: `${price}&reference=${reference}` };
  }

  /** A wallet of this browser told a signature; of a phone nothing is known before the payment is seen. */
  function watch({ reference, price }, signature) {
    following.abort();
    following = new AbortController();
    const isQuiet = (state) => !signature && ["unpaid", "unreachable", "expired"].includes(state);
    const tell = ({ state, reason }) => isQuiet(state) || told(state, reason && `refusal.${reason}`);
    const ends = signature ? undefined : ENDS_OF_A_CODE;
    return follow(reference, query + price, tell, { signature, signal: following.signal, ends });
  }

  async function payWith(wallet) {
    const wallets = section.querySelector("#wallets");
    wallets.inert = true; // one payment at a time
    try {
      const paying = payment();
      following.abort();
      told("preparing");
      const account = await connect(wallet, chain);
      const { transaction } = await ask(`/pay?${query}${paying.parameters}`, { account: account.address });
      told("signing");
      await watch(paying, await signAndSend(wallet, account, transaction, chain));
    } catch (error) {
      told("bad", `refusal.${error.rule}`);
    }
    wallets.inert = false;
  }

  watchWallets(chain, (wallet) => {
    const button = walletButton(wallet, "wallet.pay", () => payWith(wallet));
    button.classList.add("primary");
    section.querySelector("#wallets").append(button);
    section.querySelector("#no-wallet").hidden = true;
  });

  /** The code for a phone is of one payment, too; it changes with the amount. */
  function offerToPhone() {
    if (!phone.open) return;
    try {
      const paying = payment();
      const [figure, opening] = [phone.querySelector("figure"), phone.querySelector("a")];
      opening.href = `solana:${encodeURIComponent(link + paying.parameters)}`;
      figure.querySelector("img").src = `/v1/qr?${query}${paying.parameters}`;
      figure.hidden = false;
      watch(paying);
    } catch (error) {
      told("bad", `refusal.${error.rule}`);
    }
  }
  phone.addEventListener("toggle", offerToPhone);
  setTimeout(() => (phone.open ||= !section.querySelector("#wallets button")), WALLETS_COME_MS);
  amount?.addEventListener("change", offerToPhone);
  amount?.addEventListener("input", () => {
    section.querySelector("#costs").hidden = amount.value !== amount.defaultValue; // told of what is asked alone
  });
}

/** A button that names a wallet, with its picture where the wallet gives one as data. */
export function walletButton(wallet, label, action) {
  const button = document.createElement("button");
  button.type = "button";
  if (/^data:image\/(svg\+xml|webp|png|gif);base64,/.test(wallet.icon)) {
    const icon = document.createElement("img");
    [icon.src, icon.alt] = [wallet.icon, ""];
    button.append(icon);
  }
  button.append(text(label, { wallet: String(wallet.name).slice(0, 40) }));
  button.addEventListener("click", async () => {
    button.disabled = true;
    await action();
    button.disabled = false;
  });
  return button;
}
