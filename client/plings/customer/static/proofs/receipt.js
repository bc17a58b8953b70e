// Receipts, read from their files (docs/decisions/0009-receipts.md). Whether one holds, verification.js tells.

import { ascii, joined, u64 } from "../identity/bytes.js";
import { parsePointer } from "../identity/class_pointer.js";
import { parsePath } from "../identity/path.js";
import { sha256 } from "../identity/sha256.js";
import { FIELDS, readCheckpoint } from "./checkpoint.js";
import { readDocument, U64, UNIX } from "./document.js";

const LOG = ["program_id", "identity_key", "manufacturer", "shard_bits", "shard", "payment_log"];
const LEAF = ["kind", "number", "timestamp", "actor", "owner", "amount_lamports", "class_pointer", "address", "path"];
const CLAIMS = ["cluster", "genesis_hash", "original_transaction"];

/** The receipt of a file's bytes. It is well formed, or Refused says which part is not, and by which rule. */
export function parseReceipt(bytes) {
  const document = readDocument(bytes, "receipt", "plings-receipt", 1n);
  const members = document.members(["log", "leaf", "proof", "checkpoint"], ["earlier", "claims"]);
  const log = readLog(members.log);
  return {
    log,
    leaf: readLeaf(members.leaf, log.paymentLog),
    proof: members.proof.hashes(),
    checkpoint: readCheckpoint(members.checkpoint.members(FIELDS), log.paymentLog),
    earlier: members.earlier && readEarlier(members.earlier, log.paymentLog),
    claims: members.claims ? readClaims(members.claims) : {},
  };
}

function readLog(part) {
  const members = part.members(LOG);
  return {
    programId: members.program_id.key(),
    identityKey: members.identity_key.key(),
    manufacturer: members.manufacturer.key(),
    shardBits: members.shard_bits.number(8n),
    shard: members.shard.number(255n),
    paymentLog: members.payment_log.key(),
  };
}

function readLeaf(part, paymentLog) {
  const members = part.members(LEAF);
  return {
    paymentLog,
    kind: readKind(members.kind),
    number: members.number.number(U64),
    timestamp: members.timestamp.number(UNIX),
    actor: members.actor.key(),
    owner: members.owner.key(),
    amountLamports: members.amount_lamports.number(U64),
    classPointer: parsePointer(members.class_pointer.text(), members.class_pointer.name),
    address: members.address.key(),
    path: parsePath(members.path.text(), members.path.name),
  };
}

/** 1 and 3: a payment; 2 and 4: a gift. */
function readKind(part) {
  const number = part.number(255n);
  return number >= 1n && number <= 4n ? number : part.refuse("kind", "no kind of leaf has this number");
}

function readEarlier(part, paymentLog) {
  const members = part.members(["checkpoint", "proof"]);
  const checkpoint = readCheckpoint(members.checkpoint.members(FIELDS), paymentLog);
  return { checkpoint, proof: members.proof.hashes() };
}

function readClaims(part) {
  const { cluster, genesis_hash: genesis, original_transaction: original } = part.members([], CLAIMS);
  if (cluster && !/^[a-z0-9-]{1,32}$/.test(cluster.text()))
    cluster.refuse("name", "it is not 1 to 32 lower-case letters, digits and hyphens");
  return { cluster: cluster?.value, genesisHash: genesis?.key(), originalTransaction: original?.signature() };
}

/** The leaf's hash in its log's tree: integers little-endian, the path at the end. */
export function leafHash(leaf) {
  const { kind, paymentLog, number, timestamp, actor, owner, amountLamports, classPointer, address, path } = leaf;
  const head = [[0, Number(kind)], paymentLog, u64(number), u64(timestamp)];
  return sha256(joined(...head, actor, owner, u64(amountLamports), classPointer, address, ascii(path.text)));
}
