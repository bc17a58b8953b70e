"""Self-audit: what is a manufacturer's own, and each way of not being it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as File

import pytest

from plings.commitments import InstanceRanges
from plings.identity import ClassPath, ClassPointer, Identity, Path, encode_signature, format_address, make_code
from plings.printing import Auditor, Finding, ListedCode, audit_codes, print_codes, read_codes
from plings.printing.ndef import ndef_message
from printing.made import MAKER, clock, job

STRANGER = Identity.from_seed(bytes(range(1, 33)), ClassPath("2.3"))
NEIGHBOUR = Identity.from_seed(bytes(range(32)), ClassPath("2.4"))
PATH = Path("2.3.2.G.3j")
OWN = make_code(MAKER, PATH, signed=True)
PLAIN = make_code(MAKER, PATH)
PRINTED = {"2.3.2.G": (InstanceRanges.parse("0-9"), InstanceRanges.parse("158"))}


def listed(url: str | None = OWN.text, **columns: str) -> ListedCode:
    return ListedCode(7, url, **columns)


GOOD = {
    "signed": listed(),
    "plain": listed(PLAIN.text),
    "nfc": listed(make_code(MAKER, PATH, "n").text),
    "with its columns": listed(path=PATH.text, address=format_address(OWN.address)),
    "no signature in its column": listed(PLAIN.text, signature=""),
    "columns alone": listed(
        None, path=PATH.text, class_pointer=OWN.class_pointer.text, address=format_address(OWN.address)
    ),
}


@pytest.mark.parametrize("code", GOOD.values(), ids=GOOD)
def test_own_codes(code: ListedCode) -> None:
    assert Auditor(MAKER).finding(code) is None
    assert Auditor(MAKER, printed=PRINTED).finding(code) is None


BAD = {
    "malformed": listed(OWN.text + "&x=1"),
    "malformed, no path": listed(None, class_pointer=OWN.class_pointer.text),
    "contradiction": listed(path="2.3.2.G.3k"),
    "contradiction, address": listed(address=format_address(bytes(32))),
    "contradiction, instance": listed(instance="159"),
    "contradiction, signature": listed(signature=encode_signature(bytes(64))),
    "contradiction, NFC tag": listed(nfc_url=OWN.text),
    "contradiction, NDEF message": listed(ndef=ndef_message("https://example.com").hex()),
    "bad_signature, of columns": listed(
        None,
        path=PATH.text,
        class_pointer=OWN.class_pointer.text,
        address=format_address(OWN.address),
        signature=encode_signature(STRANGER.node.sign(b"tag")),
    ),
    "foreign": listed(make_code(NEIGHBOUR, Path("2.4.2.G.3j")).text),
    "counterfeit_class": listed(replace(OWN, class_pointer=ClassPointer(bytes(8))).text),
    "counterfeit_class, of another key": listed(make_code(STRANGER, PATH).text),
    "made_up_address": listed(replace(PLAIN, address=make_code(STRANGER, PATH).address).text),
    "made_up_address, of another object": listed(replace(PLAIN, path=Path("2.3.2.G.3k")).text),
    "bad_signature": listed(replace(OWN, signature=STRANGER.node.sign(b"tag")).text),
    "not_printed": listed(make_code(MAKER, Path("2.3.2.G.B")).text),
    "not_printed, batch": listed(make_code(MAKER, Path("2.3.2.H.2")).text),
}


@pytest.mark.parametrize("name", BAD)
def test_others(name: str) -> None:
    finding = Auditor(MAKER, printed=PRINTED).finding(BAD[name])
    assert finding is not None
    assert (finding.line, finding.rule) == (7, name.partition(",")[0])
    assert finding.reason.isprintable()


def test_what_is_not_known_to_be_printed_is_its_own() -> None:
    assert Auditor(MAKER).finding(BAD["not_printed"]) is None


def test_another_host_s_codes() -> None:
    code = listed(make_code(MAKER, PATH, host="example.com").text)
    assert Auditor(MAKER, host="example.com").finding(code) is None
    assert Auditor(MAKER).finding(code).rule == "malformed"  # type: ignore[union-attr]


@pytest.mark.parametrize("output", ["csv", "jsonl", "parquet"])
def test_one_forged_code_among_those_of_a_file(tmp_path: File, output: str) -> None:
    print_codes(MAKER, job(output=output, signed=True, nfc=True), tmp_path, clock=clock)
    codes = list(read_codes(tmp_path / f"0001-2.3.2.G.{output}"))
    forged = make_code(STRANGER, Path(codes[3].path or "")).text
    codes[3] = codes[3]._replace(url=forged)
    (audited,) = audit_codes(Auditor(MAKER), codes, workers=1)
    (finding,) = audited.findings
    assert (audited.codes, finding.line, finding.rule) == (7, codes[3].line, "contradiction")


def test_many_are_looked_at_in_order_by_several_processes() -> None:
    wrong = "https://s.plings.io?t=q"
    codes = [ListedCode(line, wrong if line % 1000 == 0 else PLAIN.text) for line in range(1, 4001)]
    parts = list(audit_codes(Auditor(MAKER), codes, workers=2))
    found: list[Finding] = [finding for part in parts for finding in part.findings]
    assert sum(part.codes for part in parts) == 4000
    assert [(finding.line, finding.rule) for finding in found] == [(at, "malformed") for at in (1000, 2000, 3000, 4000)]
