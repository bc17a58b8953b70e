// Merkle trees' proofs (RFC 9162, 2.1; leaves and nodes as in RFC 6962). Positions and counts are BigInt.

import { equal, joined } from "../identity/bytes.js";
import { sha256 } from "../identity/sha256.js";

const nodeHash = (left, right) => sha256(joined([1], left, right));

/** Whether `proof` leads from the leaf hash at `index` of `count` leaves to `root`. */
export function included(root, leaf, index, count, proof) {
  if (index >= count) return false;
  let [node, at, last] = [leaf, index, count - 1n];
  for (const sibling of proof) {
    if (!last) return false;
    if (at & 1n || at === last) {
      node = nodeHash(sibling, node);
      while (at && !(at & 1n)) [at, last] = [at >> 1n, last >> 1n];
    } else node = nodeHash(node, sibling);
    [at, last] = [at >> 1n, last >> 1n];
  }
  return !last && equal(node, root);
}

/** Whether `proof` shows the tree of `first` leaves to be a prefix of the tree of `second`. */
export function consistent(firstRoot, first, secondRoot, second, proof) {
  if (!first || first > second) return false;
  if (first === second) return !proof.length && equal(firstRoot, secondRoot);
  const nodes = first & (first - 1n) ? proof : [firstRoot, ...proof];
  if (!nodes.length) return false;
  let [at, last] = [first - 1n, second - 1n];
  while (at & 1n) [at, last] = [at >> 1n, last >> 1n];
  let [before, after] = [nodes[0], nodes[0]];
  for (const sibling of nodes.slice(1)) {
    if (!last) return false;
    if (at & 1n || at === last) {
      [before, after] = [nodeHash(sibling, before), nodeHash(sibling, after)];
      while (at && !(at & 1n)) [at, last] = [at >> 1n, last >> 1n];
    } else after = nodeHash(after, sibling);
    [at, last] = [at >> 1n, last >> 1n];
  }
  return !last && equal(before, firstRoot) && equal(after, secondRoot);
}
