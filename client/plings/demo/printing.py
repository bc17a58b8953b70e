"""What needs no cluster at all: print codes, read one from its picture, check it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from plings.demo.errors import Disproved
from plings.demo.scenes import PrintedCode, Printing
from plings.identity import Grade, Identity, ScanUrl, Verdict, check_url, format_address, make_code
from plings.identity import Path as ObjectPath
from plings.pictures import read_codes, write_qr

BATCH = "4F.2aB.5"
INSTANCES = ("2", "3", "4", "5", "6")
SIGNED = "4"
LISTING = "codes.jsonl"


def print_and_check(identity: Identity, folder: Path) -> Printing:
    """Prints a batch into `folder`, where one code has an SVG too and one is signed, and checks some."""
    folder.mkdir(parents=True, exist_ok=True)
    batch = tuple(_print(identity, instance, folder) for instance in INSTANCES)
    listing = folder / LISTING
    listing.write_text("".join(_row(printed) for printed in batch), encoding="utf-8")
    read_from = batch[0].pictures[0]
    (text,) = read_codes(read_from)
    signed = next(printed.code for printed in batch if printed.code.signature)
    verdicts = _check(identity, text, signed, batch[0].code)
    return Printing(batch, listing, read_from, ScanUrl.parse(text), verdicts)


def _print(identity: Identity, instance: str, folder: Path) -> PrintedCode:
    path = ObjectPath(f"{identity.prefix}.{BATCH}.{instance}")
    code = make_code(identity, path, signed=instance == SIGNED)
    suffixes = (".png", ".svg") if instance == INSTANCES[0] else (".png",)
    pictures = tuple(folder / f"{path}{suffix}" for suffix in suffixes)
    for picture in pictures:
        write_qr(code.text, picture)
    return PrintedCode(code, pictures)


def _row(printed: PrintedCode) -> str:
    code = printed.code
    row = {
        "path": code.path.text,
        "class_pointer": code.class_pointer.text,
        "address": format_address(code.address),
        "signed": code.signature is not None,
        "url": code.text,
        "pictures": [picture.name for picture in printed.pictures],
    }
    return json.dumps(row) + "\n"


def _check(identity: Identity, text: str, signed: ScanUrl, other: ScanUrl) -> tuple[tuple[str, Verdict], ...]:
    """The verdicts of somebody who has the manufacturer's public key and no network."""
    forged = replace(signed, path=other.path, address=other.address)
    expected = (
        ("the code in the picture", text, Grade.CLASS_GENUINE),
        ("the signed tag", signed.text, Grade.TAG_GENUINE),
        ("its signature on another", forged.text, Grade.COUNTERFEIT_CLASS),
    )
    keys = {identity.prefix.text: identity.public_key}
    verdicts = []
    for what, url, grade in expected:
        verdict = check_url(url, keys)
        if verdict.grade is not grade:
            raise Disproved(f"{what} is {verdict.grade} and not {grade}: {url}")
        verdicts.append((what, verdict))
    return tuple(verdicts)
