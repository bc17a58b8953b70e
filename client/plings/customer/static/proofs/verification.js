// What a receipt is worth to someone who has no network, and perhaps a checkpoint that they trust.

import { ascii, equal, u64 } from "../identity/bytes.js";
import { hashClass } from "../identity/class_pointer.js";
import { Refused } from "../identity/refused.js";
import { derivedAddress } from "./derived_address.js";
import { leafHash } from "./receipt.js";
import { consistent, included } from "./tree.js";

/**
 * Whether the receipt is `proved` by the trusted checkpoint or only `consistent` in itself, and the account at which
 * the cluster keeps its checkpoint. Raises Refused with rule `derivation`, `class`, `inclusion`, `order`,
 * `consistency` or `contradiction`.
 */
export function verifyReceipt(receipt, trusted = undefined) {
  checkLog(receipt.log, receipt.leaf);
  checkClass(receipt.log, receipt.leaf);
  const { leaf, proof, checkpoint } = receipt;
  if (!included(checkpoint.root, leafHash(leaf), leaf.number, checkpoint.count, proof))
    throw new Refused("receipt.proof", "inclusion", `it does not lead from leaf ${leaf.number} to the root`);
  checkConsistency(receipt);
  const grade = trusted && isProved(receipt, trusted) ? "proved" : "consistent";
  return { grade, checkpointAccount: checkpointAccount(receipt.log, checkpoint.checkpointId) };
}

/** The account with a log's checkpoint of this number. */
export const checkpointAccount = (log, checkpointId) =>
  derivedAddress(log.programId, ascii("checkpoint"), log.paymentLog, u64(checkpointId));

function checkLog(log, leaf) {
  const refuse = (name) => {
    const reason = "it is not what the program derives from the log's other members and the object's address";
    throw new Refused(`receipt.log.${name}`, "derivation", reason);
  };
  const shard = (leaf.address[0] << Number(log.shardBits)) >> 8;
  if (log.shard !== BigInt(shard)) refuse("shard");
  const manufacturer = derivedAddress(log.programId, ascii("manufacturer"), log.identityKey);
  if (!equal(log.manufacturer, manufacturer)) refuse("manufacturer");
  const paymentLog = derivedAddress(log.programId, ascii("payment_log"), manufacturer, [shard]);
  if (!equal(log.paymentLog, paymentLog)) refuse("payment_log");
}

function checkClass(log, leaf) {
  if (!equal(hashClass(log.identityKey, leaf.path.pathToPointer), leaf.classPointer))
    throw new Refused("receipt.leaf.class_pointer", "class", "it is not this class's by this manufacturer");
}

function checkConsistency({ earlier, checkpoint: later }) {
  if (!earlier) return;
  const first = earlier.checkpoint;
  if (first.checkpointId >= later.checkpointId)
    throw new Refused("receipt.earlier.checkpoint", "order", "it is not before the receipt's checkpoint");
  if (!consistent(first.root, first.count, later.root, later.count, earlier.proof))
    throw new Refused("receipt.earlier.proof", "consistency", "it does not lead from the earlier root to the later");
}

function isProved({ leaf, checkpoint, earlier }, trusted) {
  const later = matches(checkpoint, "receipt.checkpoint", trusted);
  const first = earlier && matches(earlier.checkpoint, "receipt.earlier.checkpoint", trusted);
  return later || Boolean(first && leaf.number < earlier.checkpoint.count);
}

/** Whether it is the trusted one. What is trusted for its place must not be another. */
function matches(mine, part, trusted) {
  if (!equal(mine.paymentLog, trusted.paymentLog) || mine.checkpointId !== trusted.checkpointId) return false;
  const same =
    equal(mine.root, trusted.root) &&
    ["count", "lastPaymentTimestamp", "createdAtUnix"].every((name) => mine[name] === trusted[name]);
  if (!same) throw new Refused(part, "contradiction", "the trusted checkpoint of this log and number is another");
  return true;
}
