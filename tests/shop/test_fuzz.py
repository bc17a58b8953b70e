"""Damaged bundles are refused or answer as whole ones do; benchmarks/fuzz_bundles.py does this by the million."""

from __future__ import annotations

import pytest

from plings.shop import bundle as module
from shop.fuzz.damage import ALL
from shop.fuzz.trial import bundles, trial


def test_damaged_bundles_never_crash_a_counter_nor_make_it_say_anything_else() -> None:
    tally = trial(seed=1, number=0, inputs=2000)
    assert tally.failures == []
    assert (tally.counts["crashed"], tally.counts["answered wrongly"]) == (0, 0)
    assert all(tally.counts[f"damage {change.__name__}"] for change in ALL)
    assert {"refused signature", "refused size", "refused truncated", "refused hash"} <= set(tally.counts)
    assert tally.counts["answered"] > 100, "those whose damage no scan came upon"


def test_the_same_seed_is_the_same_run() -> None:
    assert trial(seed=2, number=3, inputs=100) == trial(seed=2, number=3, inputs=100)


def test_a_bundle_of_the_trial_has_many_blocks() -> None:
    assert all(len(content) > 15_000 for content in bundles())


@pytest.mark.parametrize("planted", ["blocks are not hashed", "the signature is not looked at"])
def test_a_counter_that_believes_what_it_reads_is_found_out(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if planted == "blocks are not hashed":
        real = module.sha256
        monkeypatch.setattr(module, "sha256", lambda data: _Any(real(data).digest()))
    else:
        monkeypatch.setattr("plings.shop.header.verify_message", lambda *_: True)
    tally = trial(seed=1, number=0, inputs=4000)
    assert tally.counts["answered wrongly"] + tally.counts["crashed"] > 0


class _Any:
    """A hash that is equal to every other."""

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    def digest(self) -> bytes:
        return _Equal(self._digest)


class _Equal(bytes):
    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = bytes.__hash__
