"""Checking all of a bundle at once, when it is imported: every block, every record, their order and number."""

from __future__ import annotations

from plings.errors import BundleInvalid
from plings.shop.bundle import Bundle
from plings.shop.documents import read_checkpoint, read_commitments
from plings.shop.keys import batch_record_key, checkpoint_record_key, manufacturer_record_key
from plings.shop.layout import MAGIC, SECTIONS
from plings.shop.records import Manufacturer, Pointer, Product


def check_whole(bundle: Bundle) -> None:
    """Reads everything that a scan may ever ask for. Raises BundleInvalid, which names the part at fault."""
    expected = len(MAGIC)
    for section in SECTIONS:
        count, before = 0, b""
        for number in bundle.blocks(section):
            start, end = bundle.extent(number)
            if start != expected:
                raise BundleInvalid(f"bundle.{section}.block {number}", "place", "it does not follow the block before")
            expected = end
            first = bundle.first_key(number)
            for key, record in bundle.records_of(section, number):
                if (first and key != first) or (key <= before and count):
                    raise BundleInvalid(f"bundle.{section}.block {number}", "order", "its records are out of order")
                first, before, count = b"", key, count + 1
                _check_record(section, key, record)
        if count != bundle.header.sections[section].records:
            raise BundleInvalid(f"bundle.{section}", "count", f"it has {count} records, and the header says otherwise")


def _check_record(section: str, key: bytes, record: bytes) -> None:
    if section == "pointers":
        Pointer.read(record)
    elif section == "products":
        Product.read(record)
    elif key not in _OWN_KEY[section](record):
        raise BundleInvalid(f"bundle.{section}", "key", "a record is not under its own key")


def _manufacturer_key(record: bytes) -> set[bytes]:
    return {manufacturer_record_key(Manufacturer.read(record).prefix)}


def _batch_key(record: bytes) -> set[bytes]:
    keys = {batch_record_key(one.identity_key, one.batch) for one in read_commitments(record)}
    return keys if len(keys) == 1 else set()


def _checkpoint_key(record: bytes) -> set[bytes]:
    checkpoint = read_checkpoint(record)
    return {checkpoint_record_key(checkpoint.payment_log, checkpoint.checkpoint_id)}


_OWN_KEY = {"manufacturers": _manufacturer_key, "batches": _batch_key, "checkpoints": _checkpoint_key}
