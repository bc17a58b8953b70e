"""Receipts at the counter: whether a payment or gift is shown by checkpoints that the publisher signed, and how old."""

from __future__ import annotations

from dataclasses import dataclass

from plings.identity import ScanUrl
from plings.proofs import Checkpoint, Receipt, ReceiptVerdict
from plings.shop import rules
from plings.shop.answer import Knowledge
from plings.shop.bundle import Bundle
from plings.shop.counter import Counter
from plings.shop.documents import read_checkpoint
from plings.shop.keys import checkpoint_record_key


@dataclass(frozen=True, slots=True)
class ReceiptAnswer:
    """What a receipt is worth at this counter. `proved` needs a checkpoint in the bundle, and the manufacturer's
    key, which has to be good.

    `matches_scan` tells whether it is of the code that was scanned, None when none was. Ages are in seconds.
    """

    verdict: ReceiptVerdict
    proved: bool
    reasons: tuple[str, ...]
    matches_scan: bool | None
    leaf_age_seconds: int
    checkpoint_age_seconds: int
    knowledge: Knowledge


def check_receipt(counter: Counter, receipt: Receipt, now_unix: float, scanned: ScanUrl | None = None) -> ReceiptAnswer:
    """The answer to a receipt, and to whether it is of the code `scanned`.

    Raises ReceiptInvalid when it contradicts itself or the bundle's checkpoints, and BundleInvalid.
    """
    bundle = counter.bundle
    trusted = _trusted(bundle, receipt)
    verdict = receipt.verify(checkpoints=trusted)
    leaf = receipt.leaf
    against = _against_key(counter, receipt, now_unix)
    matches = None
    if scanned is not None:
        code = (scanned.path, scanned.class_pointer, scanned.address)
        matches = code == (leaf.path, leaf.class_pointer, leaf.address)
    reasons = [*verdict.reasons, *against]
    if matches is False:
        reasons.append("it is of another object than the one that was scanned")
    return ReceiptAnswer(
        verdict,
        verdict.proved and not against and matches is not False,
        tuple(reasons),
        matches,
        int(now_unix) - leaf.timestamp,
        int(now_unix) - receipt.checkpoint.created_at_unix,
        Knowledge.of(bundle.header, now_unix),
    )


def _against_key(counter: Counter, receipt: Receipt, now_unix: float) -> list[str]:
    """What the bundle has against the key whose log the receipt is of. Raises BundleInvalid."""
    prefix = receipt.leaf.path.prefix
    maker = counter.manufacturer(prefix)
    if maker is None or maker.key != receipt.log.identity_key:
        return [f"the shop's list does not have this key for manufacturer {prefix}"]
    return [] if maker.holds(now_unix) else [rules.key_is_not_good(maker, now_unix)]


def _trusted(bundle: Bundle, receipt: Receipt) -> list[Checkpoint]:
    """The bundle's checkpoints of the numbers that the receipt names."""
    named = [receipt.checkpoint, *([receipt.earlier.checkpoint] if receipt.earlier else [])]
    records = (bundle.find("checkpoints", checkpoint_record_key(one.payment_log, one.checkpoint_id)) for one in named)
    return [read_checkpoint(record) for record in records if record is not None]
