// Checks a receipt in this browser. Nothing is sent, and nothing more is loaded: it works with the network off.

import { encode } from "../identity/base58.js";
import { hex } from "../identity/bytes.js";
import { Refused } from "../identity/refused.js";
import { parseCheckpoint } from "../proofs/checkpoint.js";
import { parseReceipt } from "../proofs/receipt.js";
import { verifyReceipt } from "../proofs/verification.js";
import { sol, time } from "./figures.js";
import { text } from "./texts.js";

const form = document.querySelector("#verify");
const result = document.querySelector("#result");

const bytesOf = async (input) => input.files[0] && new Uint8Array(await input.files[0].slice(0, 20_000).arrayBuffer());

function facts({ log, leaf, checkpoint, claims }, account) {
  const isPayment = leaf.kind % 2n === 1n;
  const sentence = text(isPayment ? "verify.payment" : "verify.gift");
  return [
    ["verify.what", sentence],
    ["verify.object", leaf.path.text],
    ["verify.class", encode(log.identityKey)],
    [isPayment ? "verify.buyer" : "verify.giver", encode(leaf.actor)],
    ...(isPayment ? [["verify.amount", sol(leaf.amountLamports)]] : [["verify.receiver", encode(leaf.owner)]]),
    ["verify.time", time(leaf.timestamp)],
    ["verify.leaf", text("verify.leaf_of", { number: leaf.number, count: checkpoint.count })],
    ["verify.root", hex(checkpoint.root)],
    ["verify.account", encode(account)],
    ...(claims.cluster ? [["verify.claims", claims.cluster]] : []),
  ];
}

function show(state, title, message, rows = []) {
  result.dataset.state = state;
  result.querySelector("h2").textContent = title;
  result.querySelector("p").textContent = message;
  const list = result.querySelector("dl");
  list.replaceChildren(
    ...rows.map(([name, value]) => {
      const [row, term, definition] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
      term.textContent = text(name);
      definition.textContent = value;
      row.append(term, definition);
      return row;
    }),
  );
  list.hidden = !rows.length;
  result.hidden = false;
  result.focus();
}

async function check() {
  const [receiptBytes, checkpointBytes] = await Promise.all([form.receipt, form.checkpoint].map(bytesOf));
  if (!receiptBytes) return;
  try {
    const receipt = parseReceipt(receiptBytes);
    const trusted = checkpointBytes && parseCheckpoint(checkpointBytes);
    const { grade, checkpointAccount } = verifyReceipt(receipt, trusted);
    const message = trusted && grade !== "proved" ? "verify.other_checkpoint" : `verify.${grade}_why`;
    show(
      grade === "proved" ? "good" : "fair",
      text(`verify.${grade}`),
      text(message),
      facts(receipt, checkpointAccount),
    );
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const message = text("verify.refused_why", { part: error.part, rule: error.rule });
    show("bad", text("verify.refused"), `${text(`verify.rule.${error.rule}`, {}, "verify.rule.form")} ${message}`);
  }
}

form.addEventListener("change", check);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
for (const kind of ["dragover", "drop"])
  addEventListener(kind, (event) => {
    event.preventDefault();
    if (kind === "drop" && event.dataTransfer.files.length) {
      form.receipt.files = event.dataTransfer.files;
      check();
    }
  });
form.hidden = false;
