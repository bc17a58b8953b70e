"""Documents that others sign or prove, as a bundle carries them: batch commitments and payment logs' checkpoints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from plings.commitments import BatchCommitment
from plings.errors import BundleInvalid, CommitmentInvalid, ReceiptInvalid
from plings.proofs import Checkpoint
from plings.proofs.document import parse_json
from plings.shop.layout import MOST_RECORD

MOST_COMMITMENTS: Final = 100
"""To one batch, of which several runs may have printed ranges."""


def write_commitments(commitments: Sequence[BatchCommitment]) -> bytes:
    """The record of all commitments to one batch."""
    return json.dumps([one.members for one in commitments], separators=(",", ":")).encode("ascii")


def read_commitments(record: bytes) -> list[BatchCommitment]:
    """They are well formed; whether they hold, `verify` tells. Raises BundleInvalid."""
    try:
        whole = parse_json(record, "bundle.batches", MOST_RECORD)
        return [BatchCommitment.read(part) for part in whole.items(MOST_COMMITMENTS, "commitments")]
    except (CommitmentInvalid, ReceiptInvalid) as error:
        raise BundleInvalid(error.part, error.rule, error.reason) from error


def write_checkpoint(checkpoint: Checkpoint) -> bytes:
    """The record of a checkpoint: its file."""
    return checkpoint.text.encode("ascii")


def read_checkpoint(record: bytes) -> Checkpoint:
    """Raises BundleInvalid."""
    try:
        return Checkpoint.parse(record)
    except ReceiptInvalid as error:
        raise BundleInvalid(f"bundle.checkpoints: {error.part}", error.rule, error.reason) from error
