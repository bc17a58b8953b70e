"""Making a bundle: one state of the registry, streamed to a file in the order of the bundle's keys, and signed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from plings.commitments import BatchCommitment
from plings.errors import CommitmentInvalid, NotInRegistry, SettingsError, shown
from plings.identity import DEFAULT_HOST
from plings.proofs import Checkpoint
from plings.publishing.price_list import PriceList
from plings.publishing.source import Source, reading
from plings.registry import Registry
from plings.shop import Bundle, BundleWriter, Header, Manufacturer
from plings.shop.documents import MOST_COMMITMENTS, write_checkpoint, write_commitments
from plings.shop.keys import (
    batch_record_key,
    checkpoint_record_key,
    manufacturer_record_key,
)
from plings.shop.layout import MOST_RECORD

DAY_SECONDS: Final = 86_400

Progress = Callable[[int], object]
"""Is told how many records are written so far."""


@dataclass(frozen=True)
class Export:
    """What goes into a bundle and what is said of it. Times are unix seconds; `publisher_key` has 32 bytes.

    `prefixes`: those manufacturers alone, or all of the registry. `prices` come after the registered ones, so that they
    count where they hold.
    """

    publisher_name: str
    publisher_key: bytes
    sequence: int
    created_at_unix: int
    expires_at_unix: int
    host: str = DEFAULT_HOST
    prefixes: frozenset[str] = frozenset()
    prices: PriceList = field(default_factory=dict)
    commitments: Sequence[BatchCommitment] = ()
    checkpoints: Sequence[Checkpoint] = ()


@dataclass
class Exported:
    """What was written. `unpriced` counts prices that are no whole number of their currency's smallest units."""

    header: Header
    unpriced: int


def export_bundle(
    registry: Registry, file: Path, export: Export, sign: Callable[[bytes], bytes], progress: Progress = lambda _: None
) -> Exported:
    """Writes the bundle to `file`, which is there whole or not at all; a file of that name is replaced.

    `sign` gives the publisher's Ed25519 signature of a message. Raises RegistryErrors (`unknown_manufacturer` for a
    prefix, `no_sku` for a price), CommitmentInvalid for a batch that its manufacturer did not sign, BundleInvalid for a
    name, host or time that no shop would take, SettingsError and OSError.
    """
    new = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with new.open("wb") as stream:
            exported = _write(registry, stream, export, sign, progress)
            stream.flush()
            os.fsync(stream.fileno())
        Bundle.open(new, export.publisher_key).close()  # as shops will: a wrong host, name or signature shows here
        os.replace(new, file)
    finally:
        with suppress(FileNotFoundError):
            new.unlink()
    return exported


def _write(
    registry: Registry, stream: BinaryIO, export: Export, sign: Callable[[bytes], bytes], progress: Progress
) -> Exported:
    writer = BundleWriter(stream)
    with reading(registry, export.prefixes, export.prices) as source:
        makers = {maker.prefix: maker for maker in source.manufacturers()}
        _refuse_unknown(makers, export.prefixes)
        records = sorted((manufacturer_record_key(prefix), maker.encoded) for prefix, maker in makers.items())
        for key, record in records:
            writer.add("manufacturers", key, record)
        done = _write_classes(writer, source, progress, len(records))
        source.check_prices()
    for key, record in _batches(export.commitments, makers):
        writer.add("batches", key, record)
    for key, record in _checkpoints(export.checkpoints):
        writer.add("checkpoints", key, record)
    progress(done)
    header = writer.finish(
        publisher_name=export.publisher_name,
        publisher_key=export.publisher_key,
        sequence=export.sequence,
        created_at_unix=export.created_at_unix,
        expires_at_unix=export.expires_at_unix,
        host=export.host,
        sign=sign,
    )
    return Exported(header, source.unpriced)


def _write_classes(writer: BundleWriter, source: Source, progress: Progress, done: int) -> int:
    for key, pointer in source.pointers():
        writer.add("pointers", key, pointer.encoded)
        done += 1
        if done % 10_000 == 0:
            progress(done)
    for key, product in source.products():
        writer.add("products", key, product.encoded)
        done += 1
        if done % 10_000 == 0:
            progress(done)
    return done


def _refuse_unknown(makers: dict[str, Manufacturer], prefixes: frozenset[str]) -> None:
    for prefix in sorted(prefixes - makers.keys()):
        raise NotInRegistry(f"there is no manufacturer {shown(prefix)} with a key", "unknown_manufacturer")


def _batches(commitments: Sequence[BatchCommitment], makers: dict[str, Manufacturer]) -> list[tuple[bytes, bytes]]:
    by_batch: dict[str, list[BatchCommitment]] = {}
    for one in commitments:
        maker = makers.get(one.path_to_pointer.prefix)
        if maker is None:
            part = f"batch {one.batch}"
            raise CommitmentInvalid(part, "unknown_manufacturer", "its manufacturer is not in the bundle")
        one.verify(maker.key)
        known = by_batch.setdefault(one.batch, [])
        if one not in known:
            known.append(one)
    return sorted(_batch_record(batch, several) for batch, several in by_batch.items())


def _batch_record(batch: str, several: list[BatchCommitment]) -> tuple[bytes, bytes]:
    record = write_commitments(several)
    if len(several) > MOST_COMMITMENTS or len(record) > MOST_RECORD:
        raise SettingsError(f"batch {batch}: its commitments do not fit into {MOST_RECORD:,} bytes")
    return batch_record_key(several[0].identity_key, batch), record


def _checkpoints(checkpoints: Sequence[Checkpoint]) -> list[tuple[bytes, bytes]]:
    records: dict[bytes, bytes] = {}
    for one in checkpoints:
        key, record = checkpoint_record_key(one.payment_log, one.checkpoint_id), write_checkpoint(one)
        if records.setdefault(key, record) != record:
            raise SettingsError(f"two checkpoints of one log have the number {one.checkpoint_id} and differ")
    return sorted(records.items())
