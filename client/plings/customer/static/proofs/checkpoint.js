// Checkpoints: a payment log's root and count at one moment, as the program wrote them down.

import { readDocument, U64, UNIX } from "./document.js";

export const FIELDS = ["checkpoint_id", "root", "count", "last_payment_timestamp", "created_at_unix"];

/** The checkpoint of a file of its own (docs/decisions/0009-receipts.md). Raises Refused. */
export function parseCheckpoint(bytes) {
  const members = readDocument(bytes, "checkpoint", "plings-checkpoint", 1n).members(["payment_log", ...FIELDS]);
  return readCheckpoint(members, members.payment_log.key());
}

export const readCheckpoint = (members, paymentLog) => ({
  paymentLog,
  checkpointId: members.checkpoint_id.number(U64),
  root: members.root.hash(),
  count: members.count.number(U64),
  lastPaymentTimestamp: members.last_payment_timestamp.number(UNIX),
  createdAtUnix: members.created_at_unix.number(UNIX),
});
