"""Receipts: the same documents as `plings receipt fetch` makes of a node, out of the index."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import psycopg

from plings.errors import NotInRegistry, ReceiptInvalid, StateRefused
from plings.identity import format_address, parse_address
from plings.indexer.ask import reading
from plings.indexer.reading.checkpoints import IndexedCheckpoint, first_over
from plings.indexer.reading.due import checkpoint_due
from plings.indexer.reading.inclusion_proof import inclusion_proof
from plings.indexer.reading.leaves import IndexedLeaf, leaf_at
from plings.program import PROGRAM_ID
from plings.proofs import Claims, Leaf, LogIdentity, Receipt
from plings.registry import Registry
from plings.registry.database import fetch


def receipt(registry: Registry, payment_log: bytes, number: int, *, cluster_name: str | None = None) -> Receipt:
    """The receipt of leaf `number` of a log, against the first checkpoint that covers it. It was verified.

    It claims, unproved, the transaction that made the leaf and, if given, the cluster's name (1 to 32 of a-z, 0-9 and
    hyphen). Who trusts the index for the root trusts too much: it is to be compared with the checkpoint's account.

    Raises NotInRegistry with rule `unknown_log`, `unknown_leaf`, `unknown_manufacturer` or `not_checkpointed` (which
    says when a checkpoint is due); StateRefused with `gap`, `provisional`, `root_mismatch` (what is indexed is not what
    the program's root stands for), `tiles_behind`, `busy` or `rebuilding`; other RegistryErrors; ReceiptInvalid for
    another cluster's name.
    """
    leaf, over, identity = reading(registry, partial(_facts, payment_log=payment_log, number=number))
    checkpoint = over.checkpoint
    proof = inclusion_proof(registry, payment_log, number, checkpoint.head.count)
    if proof.head != checkpoint.head or proof.leaf_hash != leaf.leaf.hash:
        raise StateRefused(
            f"the first {checkpoint.head.count:,} leaves of payment log {format_address(payment_log)} are not those of "
            f"the program's checkpoint {checkpoint.checkpoint_id}: a source did not tell the truth, or not all of it",
            "root_mismatch",
        )
    claims = Claims(cluster=cluster_name, original_transaction=leaf.signature)
    made = Receipt.parse(Receipt(identity, leaf.leaf, proof.hashes, checkpoint, claims=claims).text)
    try:
        made.verify(checkpoints=[checkpoint])
    except ReceiptInvalid as error:
        raise StateRefused(f"the receipt does not hold: {error}", "root_mismatch") from error
    return made


def _facts(
    connection: psycopg.Connection[Any], payment_log: bytes, number: int
) -> tuple[IndexedLeaf, IndexedCheckpoint, LogIdentity]:
    leaf = leaf_at(connection, payment_log, number)
    over = first_over(connection, payment_log, number)
    if over is None:
        due = checkpoint_due(connection, payment_log)
        raise NotInRegistry(f"leaf {number:,} is under no checkpoint yet: {due.text}", "not_checkpointed")
    if leaf.is_provisional or over.is_provisional:
        what = f"leaf {number:,}" if leaf.is_provisional else f"checkpoint {over.checkpoint.checkpoint_id}"
        raise StateRefused(f"{what} is confirmed and not final yet: ask again in a minute", "provisional")
    return leaf, over, _identity(connection, leaf.leaf)


def _identity(connection: psycopg.Connection[Any], leaf: Leaf) -> LogIdentity:
    """Whose log that is: who was registered for the leaf's prefix, if the log's address is derived from their key."""
    for maker in fetch(connection, _MAKERS, [leaf.path.prefix]):
        key = parse_address(maker["identity_key"])
        identity = LogIdentity.of_object(bytes(PROGRAM_ID), key, maker["shard_bits"], leaf.address)
        if identity.payment_log == leaf.payment_log:
            return identity
    raise NotInRegistry(
        f"nothing is indexed of the manufacturer of {leaf.path.prefix}: its registration came before what was read of "
        f"the chain",
        "unknown_manufacturer",
    )


_MAKERS: Final = """
    SELECT body ->> 'identity_key' AS identity_key, (body ->> 'shard_bits')::integer AS shard_bits FROM chain_events
    WHERE name = 'ManufacturerRegistered' AND body ->> 'prefix' = %s AND body ?& '{identity_key,shard_bits}'
"""
