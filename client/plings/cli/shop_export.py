from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.options import Host
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import lines
from plings.cli.registry_progress import progress
from plings.cli.shop_signer import KeyFile, Signing, VaultFolder, VaultModule, VaultReference, signer
from plings.cli.times import moment
from plings.errors import ProofError, SettingsError, shown
from plings.identity import DEFAULT_HOST, format_address

if TYPE_CHECKING:
    from plings.commitments import BatchCommitment
    from plings.proofs import Checkpoint

DAY_SECONDS = 86_400

COUNT = """
    SELECT (SELECT count(*) FROM class_pointers_as_text) + (SELECT count(*) FROM object_classes) AS count
"""


def add_to(group: typer.Typer) -> None:
    example = "plings shop export monday.bundle --name 'Corner Shops' --key publisher.json --days 7"
    group.command(epilog=f"Example:  {example}")(export)


@asking
def export(
    desk: Desk,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the bundle goes; what is there is replaced.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="The publisher's name, as counters show it.")],
    key: KeyFile = None,
    vault: VaultReference = None,
    signing: Signing = None,
    folder: VaultFolder = None,
    module: VaultModule = None,
    days: Annotated[float, typer.Option(min=0.01, max=3660, help="For how long it is good.")] = 7,
    sequence: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=2**63,
            metavar="NUMBER",
            show_default=False,
            help="Its number; shops take none that is not greater than the last. Without it: the unix time.",
        ),
    ] = None,
    manufacturer: Annotated[
        list[str] | None,
        typer.Option(metavar="PREFIX", help="Of this manufacturer, as often as you like. Without it: of all."),
    ] = None,
    prices: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A price list (CSV: manufacturer, sku, currency, amount), by SKU."),
    ] = None,
    batch: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE|FOLDER",
            help="A printed batch's commitment, or where a job was printed: all of its; as often as you like.",
        ),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A payment log's checkpoint that receipts are checked by; as often."),
    ] = None,
    host: Host = DEFAULT_HOST,
) -> None:
    """Make one signed file of all that a shop has to know: keys, pointers, products, prices, batches, checkpoints.

    The publisher's key is in a key file (--key), or is the identity key of a prefix in a vault (--vault, --signing).
    """
    from plings.publishing import Export, export_bundle, read_price_list

    public_key, sign = signer(key, vault, signing, folder, module)
    now = int(time.time())
    what = Export(
        name,
        public_key,
        now if sequence is None else sequence,
        now,
        now + int(days * DAY_SECONDS),
        host,
        frozenset(manufacturer or ()),
        {} if prices is None else read_price_list(prices),
        [one for place in batch or () for one in _read_batches(place)],
        [_read_checkpoint(one) for one in checkpoint or ()],
    )
    total = int(desk.registry.rows(COUNT)[0]["count"])
    with progress(desk.answer, "exporting", total, "records") as tell:
        done = export_bundle(desk.registry, file, what, sign, tell)
    header = done.header
    records = {section: extent.records for section, extent in header.sections.items()}
    facts = {
        "file": str(file),
        "file_bytes": header.file_bytes,
        "publisher_key": format_address(public_key),
        "sequence": header.sequence,
        "created_at_unix": header.created_at_unix,
        "expires_at_unix": header.expires_at_unix,
        "records": records,
        "unpriced": done.unpriced,
    }
    rows: list[tuple[str, object]] = [
        ("bundle", f"{header.sequence}, {header.file_bytes:,} bytes"),
        ("publisher", f"{name}, {format_address(public_key)}"),
        ("expires", moment(header.expires_at_unix)),
        *records.items(),
        ("without price", f"{done.unpriced:,}: no whole number of smallest units" if done.unpriced else None),
    ]
    desk.give(facts, lines(rows))


def _read_batches(place: Path) -> list[BatchCommitment]:
    from plings.commitments import BatchCommitment

    try:
        if place.is_dir():
            from plings.printing import finished

            return [batch.commitment for batch in finished(place).batches]
        return [BatchCommitment.parse(_content(place, "batch"))]
    except ProofError as error:
        raise SettingsError(f"batch file {shown(str(place))}: {error}") from error


def _read_checkpoint(file: Path) -> Checkpoint:
    from plings.proofs import Checkpoint

    try:
        return Checkpoint.parse(_content(file, "checkpoint"))
    except ProofError as error:
        raise SettingsError(f"checkpoint file {shown(str(file))}: {error}") from error


def _content(file: Path, what: str) -> bytes:
    """Up to one byte more than a document may have."""
    from plings.proofs.document import LONGEST

    try:
        with file.open("rb") as stream:
            return stream.read(LONGEST + 1)
    except OSError as error:
        raise SettingsError(f"{what} file {shown(str(file))}: it cannot be read: {error.strerror}") from error
