"""What a verdict rests on, as JSON: to be checked by whoever does not believe us."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import base58

from plings.disputes.resolve import Resolution
from plings.disputes.testimony import AccountSaid, LeafProof, LogSaid, SlotSaid
from plings.identity import format_address
from plings.proofs.document import format_hash
from plings.proofs.receipt import leaf_members


def evidence_of(resolution: Resolution) -> dict[str, Any] | None:
    """The account; or the leaves with the way of each to the log's root; or receipts. None where nothing was proved.

    Keys are base58, hashes base64. A root is to be compared with what the payment log's account holds, a receipt's
    with its checkpoint's account.
    """
    chain, index = resolution.chain.said, resolution.index.said
    if chain and chain.account:
        return {"account": _account(chain.account)}
    if chain and chain.log and chain.log.claim is not None:
        return {"log": _leaves(chain.log, chain.log.claim)}
    if chain and chain.log and index and index.log == chain.log.head:
        return {"log": _leaves(chain.log, index.proofs)}
    found = {**_receipts(resolution), **({"slot": _slot(chain.slot_account)} if chain and chain.slot_account else {})}
    return found or None


def _account(account: AccountSaid) -> dict[str, Any]:
    return {
        "address": format_address(account.address),
        "mint": format_address(account.mint),
        "last_owner": format_address(account.last_owner),
        "holder": format_address(account.holder) if account.holder else None,
        "token_account": format_address(account.token_account) if account.token_account else None,
        "is_burnt": account.is_burnt,
    }


def _slot(slot: SlotSaid) -> dict[str, Any]:
    return {
        "batch_account": format_address(slot.batch_account),
        "slot": slot.slot,
        "owner": format_address(slot.owner),
        "number": slot.number,
    }


def _leaves(log: LogSaid, proofs: Sequence[LeafProof]) -> dict[str, Any]:
    return {
        "payment_log": format_address(log.address),
        "root": format_hash(log.head.root),
        "count": log.head.count,
        "leaves": [
            {
                **leaf_members(proof.leaf),
                "proof": [format_hash(each) for each in proof.inclusion],
                "signature": base58.b58encode(proof.signature).decode("ascii") if proof.signature else None,
            }
            for proof in proofs
        ],
    }


def _receipts(resolution: Resolution) -> dict[str, Any]:
    """One for each leaf that a node proved."""
    found = {
        receipt.leaf.number: {"format": "plings-receipt", "version": 1, **receipt.members}
        for node in resolution.nodes
        if node.said
        for receipt in node.said.receipts
        if receipt.leaf in node.shown
    }
    return {"receipts": [found[number] for number in sorted(found)]} if found else {}
