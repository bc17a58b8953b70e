// What an owner does: each is one transaction, which the owner's own wallet signs. There is no login.

import { parseAddress } from "../identity/address.js";
import { lamportsOf } from "./amounts.js";
import { follow, newReference } from "./following.js";
import { walletButton } from "./pay.js";
import { ask, NotDone } from "./server.js";
import { say, text } from "./texts.js";
import { connect, signAndSend, watchWallets } from "./wallets.js";

const { chain, owner, query } = document.querySelector("main").dataset;
const acts = document.querySelector("#acts");

if (acts) begin();

function begin() {
  const [status, signers] = ["#acted", "#signers"].map((name) => acts.querySelector(name));
  let wanted;

  const told = (state, rule) => say(status, state, text(rule ?? `act.state.${state}`, {}, "act.state.bad"));

  for (const form of acts.querySelectorAll("form"))
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      try {
        wanted = { act: form.dataset.act, ...details(form) };
        signers.hidden = false;
        told("", signers.childElementCount ? "act.state.choose" : "act.state.no_wallet");
        signers.querySelector("button")?.focus();
      } catch (error) {
        told("bad", `refusal.${error.rule}`);
      }
    });

  async function signWith(wallet) {
    try {
      const { act, ...rest } = wanted;
      told("preparing");
      const account = await connect(wallet, chain);
      if (account.address !== owner) throw new NotDone("not_owner");
      const reference = newReference();
      const asked = { account: account.address, ...rest };
      const { transaction } = await ask(`/v1/transactions/${act}?${query}&reference=${reference}`, asked);
      told("signing");
      const signature = await signAndSend(wallet, account, transaction, chain);
      signers.hidden = true;
      await follow(reference, query, ({ state }) => told(state), { signature });
    } catch (error) {
      told("bad", `refusal.${error.rule}`);
    }
  }

  watchWallets(chain, (wallet) => signers.append(walletButton(wallet, "wallet.sign", () => signWith(wallet))));
}

/** What a form says, checked. Raises NotDone. */
function details({ price, days, receiver }) {
  if (price) return { asking_price_lamports: Number(lamportsOf(price.value)), days: days.valueAsNumber };
  if (!receiver) return {};
  try {
    parseAddress(receiver.value.trim());
  } catch {
    throw new NotDone("receiver");
  }
  return { new_owner: receiver.value.trim() };
}
