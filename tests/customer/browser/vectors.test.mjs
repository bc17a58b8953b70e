// The page's own checks against the frozen vectors that Python and Rust read, too. `node --test` runs it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const STATIC = new URL("../../../client/plings/customer/static/", import.meta.url);
const load = (name) => import(new URL(name, STATIC));
const vectors = (name) => JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url)));
const bytes = (text) => new TextEncoder().encode(text);

const { hex } = await load("identity/bytes.js");
const { encode, decode } = await load("identity/base58.js");
const { parseAddress } = await load("identity/address.js");
const { hashClass, parsePointer } = await load("identity/class_pointer.js");
const { parsePath } = await load("identity/path.js");
const { parseScanUrl } = await load("identity/scan_url.js");
const { sha256 } = await load("identity/sha256.js");
const { Refused } = await load("identity/refused.js");
const { derivedAddress } = await load("proofs/derived_address.js");
const { leafHash, parseReceipt } = await load("proofs/receipt.js");
const { parseCheckpoint } = await load("proofs/checkpoint.js");
const { verifyReceipt } = await load("proofs/verification.js");

function refusal(action) {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof Refused, error.stack);
    return error;
  }
  return assert.fail("nothing was refused");
}

test("SHA-256 is Node's", () => {
  for (let size = 0; size < 300; size++) {
    const message = Uint8Array.from({ length: size }, (_, at) => (at * 7 + size) % 256);
    assert.equal(hex(sha256(message)), createHash("sha256").update(message).digest("hex"));
  }
});

test("base58 there and back", () => {
  for (const text of ["", "1", "11", "2", "1112", "zzzzzzzz"]) assert.equal(encode(decode(text)), text);
});

test("paths", () => {
  const { valid, refused } = vectors("paths");
  for (const row of valid) assert.equal(parsePath(row.text).pathToPointer, row.path_to_pointer);
  for (const row of refused) assert.equal(refusal(() => parsePath(row.text)).rule, row.rule, row.text);
});

test("class pointers", () => {
  const { valid, refused } = vectors("class_pointers");
  for (const row of valid) {
    const value = hashClass(parseAddress(row.manufacturer_key), row.path_to_pointer);
    assert.deepEqual([hex(value), hex(parsePointer(row.pointer))], [row.pointer_hex, row.pointer_hex]);
  }
  for (const row of refused) assert.equal(refusal(() => parsePointer(row.text)).rule, row.rule, row.text);
});

test("scanned texts", () => {
  const { valid, refused } = vectors("urls");
  for (const row of valid) assert.equal(`https://s.plings.io?${parseScanUrl(row.text, "s.plings.io")}`, row.text);
  for (const row of refused)
    assert.equal(refusal(() => parseScanUrl(row.text, "s.plings.io")).rule, row.rule, row.text);
  for (const row of valid) assert.equal(refusal(() => parseScanUrl(row.text, "s.plings.example")).rule, "host");
});

test("derived addresses", () => {
  const program = parseAddress(JSON.parse(vectors("receipts").valid[0].text).log.program_id);
  for (const row of vectors("addresses").addresses) {
    const seeds = row.seeds.split(" ").map((seed) => Uint8Array.from(Buffer.from(seed, "hex")));
    assert.equal(hex(derivedAddress(program, ...seeds)), row.address, row.seeds);
  }
});

for (const row of vectors("receipts").valid)
  test(`receipt holds: ${row.name}`, () => {
    const receipt = parseReceipt(bytes(row.text));
    assert.equal(hex(leafHash(receipt.leaf)), row.leaf_hash);
    assert.equal(hex(receipt.checkpoint.root), row.root);
    const { grade, checkpointAccount } = verifyReceipt(receipt);
    assert.deepEqual([grade, encode(checkpointAccount)], ["consistent", row.checkpoint_account]);
    const { log, checkpoint } = JSON.parse(row.text, (_, value) =>
      typeof value === "number" && value > 2 ** 53 ? undefined : value,
    );
    const file = { format: "plings-checkpoint", version: 1, payment_log: log.payment_log, ...checkpoint };
    const trusted = parseCheckpoint(bytes(JSON.stringify(file)));
    assert.equal(verifyReceipt(receipt, trusted).grade, "proved");
    const other = { ...trusted, root: sha256(trusted.root) };
    assert.equal(refusal(() => verifyReceipt(receipt, other)).rule, "contradiction");
  });

test("faults of receipts are found and named", () => {
  const { malformed, contradictory } = vectors("receipts");
  for (const row of [...malformed, ...contradictory]) {
    const error = refusal(() => verifyReceipt(parseReceipt(bytes(row.text))));
    assert.deepEqual([error.part, error.rule], [row.part, row.rule], row.text);
  }
});

test("every byte of a receipt counts: none altered is as good", () => {
  const text = vectors("receipts").valid[1].text;
  const original = JSON.stringify(JSON.parse(text));
  for (let at = 0; at < text.length - 1; at += 5) {
    const altered = `${text.slice(0, at)}${text[at] === "2" ? "3" : "2"}${text.slice(at + 1)}`;
    try {
      const receipt = parseReceipt(bytes(altered));
      verifyReceipt(receipt);
    } catch (error) {
      assert.ok(error instanceof Refused, `${error} at ${at}`);
      continue;
    }
    // what may change unseen: who did the checkpoint's bookkeeping when, which its account on chain tells
    const before = original.slice(original.lastIndexOf('"', at) - 30, at);
    assert.match(before, /timestamp|created_at_unix|checkpoint_id/, `position ${at}`);
  }
});

test("bytes that are no text", () => {
  for (const wrong of [[0xff], [0xef, 0xbb, 0xbf, 0x7b, 0x7d], []]) {
    assert.match(refusal(() => parseReceipt(Uint8Array.from(wrong))).rule, /not_utf8|not_json/);
  }
});
