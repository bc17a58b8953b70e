"""Receipts in the text form of C2SP's transparency logs: https://c2sp.org/tlog-proof and https://c2sp.org/tlog-checkpoint.

The tree is theirs (RFC 6962, SHA-256), so the proof is, too. What is not: a checkpoint of theirs is signed by the log
and by witnesses, ours is an account of the program and has no signature; whoever witnesses it can add lines.
"""

from __future__ import annotations

from plings.identity import format_address
from plings.proofs.document import format_hash
from plings.proofs.receipt import Receipt

HEADER = "c2sp.org/tlog-proof@v1"


def tlog_proof(receipt: Receipt) -> str:
    """The proof as text, for a file named `*.tlog-proof`. `extra` is the entry: the leaf's bytes after 0x00."""
    lines = [
        HEADER,
        f"extra {format_hash(receipt.leaf.data)}",
        f"index {receipt.leaf.number}",
        *(format_hash(each) for each in receipt.proof),
        "",
        *checkpoint_lines(receipt),
        "",
    ]
    return "\n".join(lines) + "\n"


def checkpoint_lines(receipt: Receipt) -> tuple[str, str, str]:
    """Origin, size and root: the body of the checkpoint, which signatures would be of."""
    head = receipt.checkpoint.head
    return f"plings.io/log/{format_address(receipt.log.payment_log)}", str(head.count), format_hash(head.root)
