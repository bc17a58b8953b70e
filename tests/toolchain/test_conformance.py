"""Every language feature a program may use gives the same bytes, and the same refusals, on SBF as natively."""

import hashlib
import random

import pytest

from . import mutants, suite

SEED_HINT = f"repeat with PLINGS_SEED={suite.SEED}"

# The share of broken programs that a sample of the inputs must find. The rest break what no input reaches, or nothing:
# growth of a vector that has room, the width of a store of a small number.
MUTANTS = 12
LEAST_FOUND = {mutants.call_redirected: 9, mutants.operation_swapped: 6}
ONE_INPUT_IN = 12


@pytest.fixture(scope="module")
def machine() -> suite.Machine:
    suite.native_binary()
    return suite.Machine(suite.sbf_program())


def test_seed_is_printed(capsys):
    with capsys.disabled():
        print(f"\nconformance: {len(suite.FEATURES)} features, seed {suite.SEED!r} (PLINGS_SEED)")
    assert len(suite.FEATURES) == len(set(suite.FEATURES)) > 150


@pytest.mark.parametrize("name", suite.FEATURES)
def test_same_as_natively(machine, name):
    given = suite.inputs(name)
    assert len(given) >= 64 + 9
    found = suite.differences(machine, name, given)
    assert not found, f"{len(found)} of {len(given)} inputs differ; {SEED_HINT}\n" + "\n".join(found[:3])


def test_every_feature_answers_and_refusals_occur():
    for name in suite.FEATURES:
        answers = suite.native_answers(suite.FEATURES.index(name), suite.inputs(name))
        assert len(set(answers)) > 1, f"{name} gives one answer whatever its input"
        refused = answers.count(suite.PANIC)
        assert (refused > 0) == ("panics" in name), f"{name} refuses {refused} of {len(answers)}"


def test_sha256_agrees_with_a_third_implementation(machine):
    for name in ("hashing-sha256", "hashing-sha256-syscall"):
        for given in suite.inputs(name):
            assert machine.answer(suite.FEATURES.index(name), given) == hashlib.sha256(given).hexdigest()


def test_unknown_feature_is_refused(machine):
    assert machine.answer(len(suite.FEATURES), b"") not in (suite.PANIC, "")


# That the suite can fail.


def test_one_changed_bit_of_a_table_is_found():
    table = bytes((byte := at * 167 & 255, (byte << 3 | byte >> 5) & 255 ^ 0x5C)[1] for at in range(256))
    program = suite.sbf_program()
    assert program.count(table) == 1
    at = program.index(table)
    broken = suite.Machine(mutants.with_bytes(program, at + 200, bytes([table[200] ^ 1])))
    given = [bytes([200]), bytes([201])]
    found = suite.differences(broken, "tables-integers", given)
    assert len(found) == 1 and found[0].startswith("tables-integers of c8: natively")
    assert suite.differences(broken, "tables-integers"), "the suite's own inputs don't reach every byte of the table"


@pytest.mark.parametrize("kind", LEAST_FOUND, ids=lambda kind: kind.__name__)
def test_broken_programs_are_found(kind):
    source = random.Random(kind.__name__)
    expected = {}
    for feature, name in enumerate(suite.FEATURES):
        given = suite.inputs(name)[::ONE_INPUT_IN]
        expected[feature] = list(zip(given, suite.native_answers(feature, given), strict=True))
    survivors = []
    for _ in range(MUTANTS):
        change, program = kind(suite.sbf_program(), source)
        broken = suite.Machine(program)
        if all(
            broken.answer(feature, given) == answer for feature, pairs in expected.items() for given, answer in pairs
        ):
            survivors.append(change)
    found = MUTANTS - len(survivors)
    assert found >= LEAST_FOUND[kind], f"only {found} of {MUTANTS} broken programs found; not found: {survivors}"
