// Paying: with a wallet of this browser, or with one on a phone that reads the code on the page.

import { lamportsOf } from "./amounts.js";
import { costsOf } from "./costs.js";
import { ENDS_OF_A_CODE, follow, newReference } from "./following.js";
import { ask } from "./server.js";
import { say, text } from "./texts.js";
import { connect, signAndSend, watchWallets } from "./wallets.js";

const WALLETS_COME_MS = 600;
const MOST_BEGUN = 4; // payments that are asked for before another is made

const main = document.querySelector("main");
const section = document.querySelector("#pay[data-link]");
const { chain, query } = main.dataset;

if (section) begin();

function begin() {
  const { link, least, amount: asked } = section.dataset;
  const [status, phone, amount, wallets] = ["#payment", "#phone", "#amount", "#wallets"].map((name) =>
    section.querySelector(name),
  );
  let following = new AbortController();
  let onPhone; // the payment of the code that is shown
  let isPaid = false;
  const begun = []; // payments that a phone or a wallet may have made, or may still make

  function told(state, rule) {
    say(status, state, text(rule ?? `pay.state.${state}`, {}, `pay.state.${state}`));
    if (!["confirmed", "finalized"].includes(state)) return;
    isPaid = true; // nobody pays twice, and whose it was is not whose it is
    for (const each of document.querySelectorAll(".paying, #owner")) each.hidden = true;
    section.querySelector("#anew").hidden = false;
  }

  /** What the customer wants to pay, in lamports. Raises NotDone. */
  const typed = () => lamportsOf(amount.value, BigInt(least));

  /** The parameters of a new payment of what is shown: nothing is asked for twice under one reference. */
  function payment() {
    const reference = newReference();
    const price = `&amount=${amount ? typed() : asked}`;
    return { reference, price, parameters: `${price}&reference=${reference}` };
  }

  /** The payment that was made already, as when a phone was faster, or a wallet sent what it said it did not. */
  async function madeBefore() {
    const isMade = async ({ reference, price }) => {
      const { state } = await ask(`/v1/payments/${reference}?${query}${price}`);
      return ["seen", "confirmed", "finalized"].includes(state);
    };
    const latest = begun.slice(-MOST_BEGUN);
    const made = await Promise.all(latest.map(isMade));
    return latest[made.indexOf(true)];
  }

  /** One payment at a time, of what was typed when it began. */
  function hold(isHeld) {
    for (const each of [wallets, phone, amount]) if (each) each.inert = isHeld;
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
    hold(true);
    let next = onPhone; // what is followed where this comes to nothing
    try {
      const paying = payment();
      following.abort();
      told("preparing");
      const account = await connect(wallet, chain);
      const before = await madeBefore(); // as late as can be: people take their time to connect
      if (before) {
        next = before;
        return;
      }
      const { transaction } = await ask(`/pay?${query}${paying.parameters}`, { account: account.address });
      begun.push(paying);
      next ??= paying;
      told("signing");
      await watch(paying, await signAndSend(wallet, account, transaction, chain));
    } catch (error) {
      told("bad", `refusal.${error.rule}`);
    } finally {
      hold(false);
      if (next && !isPaid) watch(next);
    }
  }

  watchWallets(chain, (wallet) => {
    const button = walletButton(wallet, "wallet.pay", () => payWith(wallet));
    button.classList.add("primary");
    wallets.append(button);
    section.querySelector("#no-wallet").hidden = true;
  });

  /** The code for a phone is of one payment, too; it changes with the amount. */
  function offerToPhone() {
    if (!phone.open || wallets.inert) return;
    const [figure, opening] = [phone.querySelector("figure"), phone.querySelector("a")];
    let refused;
    try {
      begun.push((onPhone = payment()));
      opening.href = `solana:${encodeURIComponent(link + onPhone.parameters)}`;
      figure.querySelector("img").src = `/v1/qr?${query}${onPhone.parameters}`;
      watch(onPhone);
    } catch (error) {
      refused = error.rule;
      told("bad", `refusal.${refused}`);
    }
    figure.hidden = opening.hidden = Boolean(refused); // a code of another amount than is typed
  }
  phone.addEventListener("toggle", offerToPhone);
  setTimeout(() => (phone.open ||= !wallets.childElementCount), WALLETS_COME_MS);
  amount?.addEventListener("change", offerToPhone);
  const refused = (rule) => wallets.inert || isPaid || told("bad", `refusal.${rule}`); // a payment on its way says more
  const retell = costsOf(section.querySelector("#costs"), query, typed, refused);
  amount?.addEventListener("input", retell);
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
