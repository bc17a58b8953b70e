"""Codes made one after the other are those that are made step by step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plings.commitments import item_leaf
from plings.errors import PathError, PrintingError, SettingsError
from plings.identity import Identity, Path, ScanUrl, encode_signature, format_address, format_segment, make_code
from plings.identity.path import ClassPath
from plings.printing.maker import CodeMaker
from plings.printing.ndef import ndef_message
from printing.made import MAKER

SEGMENTS = st.integers(0, 2**31 - 1)
BATCHES = st.lists(SEGMENTS, min_size=1, max_size=5).map(
    lambda numbers: ".".join(["2.3", *map(format_segment, numbers)])
)


@settings(deadline=None)
@given(
    seed=st.binary(min_size=16, max_size=64),
    batch=BATCHES,
    instances=st.lists(SEGMENTS, min_size=1, max_size=3),
    signed=st.booleans(),
    nfc=st.booleans(),
    host=st.sampled_from(["s.plings.io", "example.com"]),
)
def test_codes_are_those_of_make_code(
    seed: bytes, batch: str, instances: list[int], signed: bool, nfc: bool, host: str
) -> None:
    identity = Identity.from_seed(seed, ClassPath("2.3"))
    maker = CodeMaker(identity, batch, signed=signed, nfc=nfc, host=host)
    for instance, (code, leaf) in zip(instances, maker.make(instances), strict=True):
        path = Path(f"{batch}.{format_segment(instance)}")
        careful = make_code(identity, path, signed=signed, host=host)
        assert ScanUrl.parse(code.url, host) == careful
        assert code[:4] == (path.text, instance, careful.class_pointer.text, format_address(careful.address))
        assert code.signature == (encode_signature(careful.signature) if careful.signature else None)
        assert leaf == item_leaf(path.text, careful.class_pointer, careful.address)
        tag = make_code(identity, path, "n", signed=signed, host=host).text
        assert (code.nfc_url, code.ndef) == ((tag, ndef_message(tag).hex()) if nfc else (None, None))
        maker.check(code)


def test_another_manufacturer_s_batch_and_a_host_that_is_none_are_refused() -> None:
    with pytest.raises(PathError, match="foreign"):
        CodeMaker(MAKER, "2.4.2.G")
    with pytest.raises(SettingsError):
        CodeMaker(MAKER, "2.3.2.G", host="Example.com")


def test_a_machine_that_errs_is_noticed() -> None:
    maker = CodeMaker(MAKER, "2.3.2.G")
    code, _ = next(maker.make([5]))
    with pytest.raises(PrintingError, match="self_check"):
        maker.check(code._replace(url=code.url[:-1] + "1"))
    other = CodeMaker(replace(MAKER, node=MAKER.node.child(1)), "2.3.2.G")
    with pytest.raises(PrintingError, match="self_check"):
        other.check(code)


@pytest.mark.parametrize("size", [20, 239, 263, 264, 290])
def test_an_ndef_message_is_one_uri_record(size: int) -> None:
    """Read as the NFC Forum's NDEF 1.0 and URI RTD 1.0 say, byte by byte."""
    url = "https://" + "s" * size
    message = ndef_message(url)
    flags, type_length, rest = message[0], message[1], message[2:]
    is_short = bool(flags & 0x10)
    length, rest = (rest[0], rest[1:]) if is_short else (int.from_bytes(rest[:4], "big"), rest[4:])
    assert (flags & 0xE0, flags & 0x0F, type_length, rest[:1]) == (0xC0, 1, 1, b"U")
    assert (rest[1], rest[2:].decode()) == (4, url.removeprefix("https://"))
    assert length == len(rest) - 1
    assert is_short == (length < 256)
