// Pays a Solana Pay transaction request with the published client, and finds the payment by its reference.
//
//     node pay.mjs URL-OF-NODE URL-OF-SERVER SOLANA-PAY-URL REFERENCE < key.json      # prints one JSON object
//
// The link in a Solana Pay URL is https; the server behind it is asked here where it runs, without the proxy in front.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { Connection, Keypair, PublicKey } = require("@solana/web3.js");
const { fetchTransaction, findReference, parseURL } = require("@solana/pay");

const [node, server, url, reference] = process.argv.slice(2);
const payer = Keypair.fromSecretKey(Uint8Array.from(JSON.parse(readFileSync(0, "utf8"))));
const connection = new Connection(node, "confirmed");

const asked = parseURL(url).link;
const link = new URL(asked.pathname + asked.search, server);
const told = await (await fetch(link)).json();
const transaction = await fetchTransaction(connection, payer.publicKey, link);
transaction.sign(payer);
const signature = await connection.sendRawTransaction(transaction.serialize());

async function found() {
  for (let tries = 0; tries < 60; tries += 1) {
    try {
      return await findReference(connection, new PublicKey(reference), { finality: "confirmed" });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  throw new Error("no transaction has the reference");
}

const { signature: byReference } = await found();
console.log(JSON.stringify({ ...told, signature, byReference, programs: transaction.instructions.map((one) => one.programId.toBase58()) }));
