"""Printed batches in the registry: whole or not there, their manufacturer's alone to add, and a proof for each code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path as File

import pytest

from plings.commitments import BatchCommitment, InstanceRanges, ItemProof
from plings.errors import (
    AccessDenied,
    CommitmentInvalid,
    NotInRegistry,
    PrintingError,
    RegistryError,
    StateRefused,
    ValueRefused,
)
from plings.identity import ClassPath, Identity, Path, ScanUrl, format_address, format_segment, make_code
from plings.printing import Batch, Job, finished, print_codes, prove_item
from plings.printing.leaves import LeafRun
from plings.registry import Registry
from plings.registry.audit import audit_trail
from plings.registry.manufacturers import set_manufacturer_status
from plings.registry.printed import MOST_CODES, AddedBatch, add_batch, add_job, printed_batches
from plings.registry.printed_proofs import find_proofs, find_proofs_at
from plings.registry.wallets import mark_wallet_compromised
from registry.facts import dump_of
from registry.planting import own, own_role, unguarded
from registry.printed_lists import PrintedList
from registry.row_roles import as_role
from registry.together import at_once
from registry.world import World, identity

IKEA, ACME = identity("2.3"), identity("2.4")
SMALL = PrintedList(IKEA, "2.3.2.G")
TWO_RUNS = PrintedList(IKEA, "2.3.2.H", "0-4999", frozenset((0, 4_095, 4_096, 4_999)))
GAPS = PrintedList(IKEA, "2.3.2.J", "0-7,100,200-201")
SECOND = PrintedList(IKEA, "2.3.2.G", "5-14")
"""Another job's, of SMALL's batch: numbers 5 to 9 are in both."""


def added(registry: Registry, printed: PrintedList) -> AddedBatch:
    return add_batch(registry, printed.commitment, printed.runs)


def held(world: World) -> tuple[int, int]:
    """How many batches and runs there are."""
    (row,) = own(
        world.ada, "SELECT (SELECT count(*) FROM printed_batches) AS b, (SELECT count(*) FROM printed_runs) AS r"
    )
    return row["b"], row["r"]


# what is added


@pytest.mark.parametrize("output", ["csv", "jsonl", "parquet"])
def test_a_printed_job_is_added_and_its_codes_are_proved(world: World, tmp_path: File, output: str) -> None:
    print_codes(IKEA, Job(tuple(map(Batch.parse, ("2.3.2.G:0-4999", "2.3.4F.5:3,158"))), output=output), tmp_path)
    told: list[int] = []
    batches = list(add_job(world.ida, tmp_path, workers=1, on_progress=told.append))
    assert [(one.batch, one.item_count, one.is_new, one.others) for one in batches] == [
        ("2.3.2.G", 5_000, True, 0),
        ("2.3.4F.5", 2, True, 0),
    ]
    assert told == [4_096, 5_000, 5_002]
    paths = [f"2.3.2.G.{format_segment(number)}" for number in (0, 4_095, 4_096, 4_999)] + ["2.3.4F.5.3j"]
    for path in map(Path, paths):
        (proof,) = find_proofs(world.nobody, make_code(IKEA, path))
        assert proof.text == prove_item(tmp_path, path).text
    assert list(add_job(world.ina, tmp_path, workers=1)) == [replace(one, is_new=False) for one in batches]


def test_every_place_of_a_batch_has_its_proof(world: World) -> None:
    added(world.ida, GAPS)
    for instance in (*range(8), 100, 200, 201):
        (proof,) = find_proofs(world.ivo, GAPS.code(instance))
        proof.verify(IKEA.public_key, GAPS.code(instance))


def test_twice_is_once(world: World) -> None:
    first = added(world.ida, TWO_RUNS)
    before = dump_of(world)
    again = add_batch(world.ida, TWO_RUNS.commitment, unread())
    assert (first.is_new, again) == (True, replace(first, is_new=False))
    assert dump_of(world) == before and held(world) == (1, 2)


def unread() -> Iterator[LeafRun]:
    raise AssertionError("it is there: nobody reads it")
    yield


def test_several_who_add_one_batch_at_once_add_it_once(world: World) -> None:
    people = ["ida@ikea.example", "ina@ikea.example", "ada@plings.example"]
    done = at_once(world.url, people, lambda registry, _: added(registry, TWO_RUNS))
    assert sorted(one.is_new for one in done if isinstance(one, AddedBatch)) == [False, False, True]
    assert held(world) == (1, 2)


def test_a_batch_of_several_jobs_has_several_commitments(world: World) -> None:
    assert [added(world.ida, one).others for one in (SMALL, SECOND, SMALL)] == [0, 1, 1]
    for instance, lists in ((7, [SMALL, SECOND]), (2, [SMALL]), (12, [SECOND])):
        found = find_proofs(world.ida, SMALL.code(instance))
        assert [proof.commitment for proof in found] == [one.commitment for one in lists]


def test_they_are_listed_by_path(world: World) -> None:
    acme = PrintedList(ACME, "2.4.2.G")
    for who, one in ((world.ida, SMALL), (world.ida, GAPS), (world.abe, acme)):
        added(who, one)
    found = printed_batches(world.ada)
    assert [(one.batch, one.item_count) for one in found] == [("2.3.2.G", 10), ("2.3.2.J", 11), ("2.4.2.G", 10)]
    assert (found[0].class_pointer, found[0].root) == (SMALL.code().class_pointer.text, SMALL.commitment.root.hex())
    assert (found[0].added_by, found[2].added_by) == ("ida@ikea.example", "abe@acme.example")
    assert [one.batch for one in printed_batches(world.ada, "2.3")] == ["2.3.2.G", "2.3.2.J"]
    assert [one.batch for one in printed_batches(world.ada, "2.3.2.J")] == ["2.3.2.J"]
    assert [one.batch for one in printed_batches(world.ada, limit=1)] == ["2.3.2.G"]


# what has no proof


def test_what_was_not_printed_has_none(world: World) -> None:
    added(world.ida, SMALL)
    made_up = replace(SMALL.code(3), address=bytes(range(32)))
    other_class = replace(SMALL.code(3), path=Path("2.3.3.G.4"))
    for code in (made_up, other_class, SMALL.code(10), PrintedList(IKEA, "2.3.2.K").code()):
        assert find_proofs(world.ida, code) == []


def test_a_path_alone_is_proved_by_an_address_that_was_noted(world: World) -> None:
    added(world.ida, SMALL)
    code = SMALL.code(3)
    with pytest.raises(NotInRegistry, match="address_unknown"):
        find_proofs_at(world.ida, code.path)
    for address in (format_address(bytes(range(32))), "1" * 44, format_address(code.address)):
        note(world, code, address)
    assert find_proofs_at(world.ivo, code.path) == find_proofs(world.ivo, code)
    with pytest.raises(NotInRegistry, match="not_printed"):
        find_proofs_at(world.ida, SMALL.code(10).path)


def note(world: World, code: ScanUrl, address: str) -> None:
    insert = "INSERT INTO object_instances (path, class_pointer, solana_address) VALUES (%s, %s, %s)"
    world.ivo.rows(insert, [code.path.text, int.from_bytes(code.class_pointer.value, "big", signed=True), address])


# what is refused


def test_only_who_looks_after_the_manufacturer_adds(world: World) -> None:
    before = dump_of(world)
    for who in (world.ivo, world.abe, world.nobody):
        with pytest.raises(AccessDenied):
            added(who, SMALL)
    assert dump_of(world) == before
    assert [added(who, one).is_new for who, one in ((world.ada, SMALL), (world.ina, GAPS))] == [True, True]


def test_a_manufacturer_s_own_role_adds_and_sees_its_own(world: World) -> None:
    with own_role(world.ada, "IKEA") as ikea, own_role(world.ada, "ACME") as acme:
        with as_role(world, ikea, world.ida) as registry:
            assert added(registry, TWO_RUNS).is_new
            assert len(find_proofs(registry, TWO_RUNS.code(4_096))) == 1
        before = dump_of(world)
        with as_role(world, acme, world.abe) as registry:
            assert printed_batches(registry) == [] and find_proofs(registry, TWO_RUNS.code()) == []
            with pytest.raises(NotInRegistry, match="unknown_manufacturer"):
                added(registry, SMALL)
            for sql, parameters in WRITES:
                with pytest.raises(RegistryError):
                    registry.rows(sql, parameters)
        with as_role(world, acme, world.ida) as registry, pytest.raises(AccessDenied):
            registry.rows(*WRITES[0])
        assert dump_of(world) == before


WRITES = [
    ("INSERT INTO printed_batches (commitment) VALUES (%s)", [SMALL.commitment.text]),
    ("INSERT INTO printed_runs (batch_id, number, root, leaves) VALUES (1, 2, %s, %s)", [bytes(32), bytes(32)]),
    ("UPDATE printed_batches SET commitment = commitment", []),
    ("UPDATE printed_runs SET leaves = %s", [bytes(32)]),
    ("DELETE FROM printed_runs", []),
    ("TRUNCATE printed_batches CASCADE", []),
]


def test_nothing_is_changed_or_removed(world: World) -> None:
    added(world.ida, TWO_RUNS)
    before = dump_of(world)
    for sql, parameters in WRITES[2:]:
        for registry in (world.ida, world.ada):
            with pytest.raises(AccessDenied):
                registry.rows(sql, parameters)
        with pytest.raises(StateRefused, match="never_removed"):
            own(world.ada, sql, parameters)
    assert dump_of(world) == before


def test_what_the_manufacturer_did_not_sign_is_refused(world: World) -> None:
    thief = Identity.from_seed(b"a thief's own seed of 32 bytes..", ClassPath("2.3"))
    forged = replace(SMALL.commitment, root=bytes(32))
    before = dump_of(world)
    for commitment, rule in ((PrintedList(thief, "2.3.2.G").commitment, "another_key"), (forged, "signature")):
        with pytest.raises(CommitmentInvalid, match=rule):
            add_batch(world.ida, commitment, unread())
    with pytest.raises(NotInRegistry, match="unknown_manufacturer"):
        add_batch(world.ada, PrintedList(identity("2.9"), "2.9.2.G").commitment, unread())
    assert dump_of(world) == before


def test_codes_that_were_changed_are_refused_whole(world: World, tmp_path: File) -> None:
    print_codes(IKEA, Job((Batch.parse("2.3.2.G:0-9"), Batch.parse("2.3.2.H:0-9"))), tmp_path, workers=1)
    first, second = (tmp_path / batch.file for batch in finished(tmp_path).batches)
    whole = second.read_text()
    address = format_address(make_code(IKEA, Path("2.3.2.H.4")).address)
    lines = whole.splitlines(keepends=True)
    before = dump_of(world)
    for content in (
        whole.replace(address, format_address(bytes(range(32)))),
        whole.replace(address, "no address"),
        "".join(lines[:-1]),
        "".join([*lines, lines[-1]]),
        "".join([lines[0], lines[2], lines[1], *lines[3:]]),
    ):
        second.write_text(content)
        adding = add_job(world.ida, tmp_path)
        assert next(adding).batch == "2.3.2.G"
        with pytest.raises(PrintingError, match=r"2\.3\.2\.H\.csv is not what was printed into it"):
            next(adding)
        assert held(world) == (1, 1)
    first.unlink()
    second.unlink()
    assert not next(add_job(world.ida, tmp_path)).is_new, "it is there, and not read"
    with pytest.raises(PrintingError, match="missing"):
        list(add_job(world.ida, tmp_path))
    with pytest.raises(PrintingError, match="unfinished"):
        list(add_job(world.ida, tmp_path / "nowhere"))
    assert dump_of(world)["printed_batches"] != before["printed_batches"] and held(world) == (1, 1)


@pytest.mark.parametrize("status", ["manufacturer", "wallet"])
def test_what_a_stolen_key_signs_is_refused(world: World, status: str) -> None:
    if status == "wallet":
        mark_wallet_compromised(world.ada, 1)
    else:
        set_manufacturer_status(world.ada, "2.3", "compromised")
    for who in (world.ida, world.ada):
        with pytest.raises(StateRefused, match="key_compromised"):
            added(who, SMALL)
    assert held(world) == (0, 0)


def test_what_was_printed_before_a_manufacturer_retired_can_still_be_added(world: World) -> None:
    set_manufacturer_status(world.ada, "2.3", "retired")
    assert added(world.ida, SMALL).is_new


def test_more_than_a_proof_can_be_made_of_is_refused(world: World) -> None:
    large = BatchCommitment.make(
        batch="2.3.2.G",
        instances=InstanceRanges(((0, MOST_CODES),)),
        root=bytes(32),
        created_at_unix=0,
        identity_key=IKEA.public_key,
        sign=IKEA.node.sign,
    )
    with pytest.raises(ValueRefused, match=r"16,777,217 codes, and 16,777,216 are the most .* \[too_many\]"):
        add_batch(world.ida, large, unread())
    with pytest.raises(ValueRefused, match="printed_item_count"):
        world.ida.rows(WRITES[0][0], [large.text])


# what the database itself refuses, of whoever leaves this package out

ADD = "INSERT INTO printed_batches (commitment) VALUES (%s) RETURNING id"
ADD_RUN = "INSERT INTO printed_runs (batch_id, number, root, leaves) VALUES (%s, %s, %s, %s)"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "value"),
        ("[]", "unknown_manufacturer"),
        ('{"batch": "2.9.2.G"}', "unknown_manufacturer"),
        (SMALL.commitment.text.replace("2.3.2.G", "2.3.3.G"), "another_key"),
        (SMALL.commitment.text.replace('"batch":"2.3.2.G"', '"batch":"2.3"'), "another_key"),
        (SMALL.commitment.text.replace("[[0,9]]", "[[9,0]]"), "value"),
        (SMALL.commitment.text.replace("[[0,9]]", "[]"), "value"),
        (SMALL.commitment.text.replace("[[0,9]]", '{"0": 9}'), "value"),
        (SMALL.commitment.text.replace("[[0,9]]", "[[0,16777216]]"), "printed_item_count"),
        (SMALL.commitment.text.replace("[[0,9]]", "[[2147483648,2147483649]]"), "printed_instances_range"),
        (SMALL.commitment.text.replace('"root":"', '"root":"AAAA'), "printed_root_size"),
        (SMALL.commitment.text + " " * 16_384, "commitment_size"),
        (PrintedList(Identity.from_seed(bytes(32), ClassPath("2.3")), "2.3.2.G").commitment.text, "another_key"),
    ],
)
def test_a_row_is_what_its_commitment_says_or_is_refused(world: World, text: str, rule: str) -> None:
    with pytest.raises(RegistryError) as refused:
        world.ida.rows(ADD, [text])
    assert refused.value.rule == rule
    assert held(world) == (0, 0)


def test_a_batch_that_is_not_whole_was_never_there(world: World) -> None:
    first, last = TWO_RUNS.runs
    for runs in ([], [(0, first)], [(1, last)]):
        with pytest.raises(ValueRefused, match="whole_batch"), world.ida.transaction():
            (row,) = world.ida.rows(ADD, [TWO_RUNS.commitment.text])
            for number, run in runs:
                world.ida.rows(ADD_RUN, [row["id"], number, run.root, run.leaves])
        assert held(world) == (0, 0)


def test_a_run_has_as_many_leaves_as_its_place_says(world: World) -> None:
    first, last = TWO_RUNS.runs
    with world.ida.transaction():
        (row,) = world.ida.rows(ADD, [TWO_RUNS.commitment.text])
        for number, leaves in ((0, last.leaves), (1, first.leaves), (0, first.leaves[:-1]), (2, bytes(32)), (-1, b"")):
            with pytest.raises(ValueRefused, match="run_size"):
                world.ida.rows(ADD_RUN, [row["id"], number, bytes(32), leaves])
        with pytest.raises(ValueRefused, match="run_root_size"):
            world.ida.rows(ADD_RUN, [row["id"], 0, bytes(31), first.leaves])
        with pytest.raises(ValueRefused, match="run_number"):
            world.ida.rows(ADD_RUN, [row["id"], -1, bytes(32), first.leaves])
        for number, run in enumerate((first, last)):
            world.ida.rows(ADD_RUN, [row["id"], number, run.root, run.leaves])
    for number in range(3):
        with pytest.raises(RegistryError):
            world.ida.rows(ADD_RUN, [row["id"], number, last.root, last.leaves])
    assert held(world) == (1, 2)


def test_a_run_of_another_s_batch_is_refused(world: World) -> None:
    with world.ida.transaction():
        (row,) = world.ida.rows(ADD, [TWO_RUNS.commitment.text])
        first, last = TWO_RUNS.runs
        for who in (world.abe, world.ivo):
            with pytest.raises(AccessDenied):
                who.rows(ADD_RUN, [row["id"], 0, first.root, first.leaves])
        for number, run in enumerate((first, last)):
            world.ina.rows(ADD_RUN, [row["id"], number, run.root, run.leaves])
    with pytest.raises(NotInRegistry):
        world.ada.rows(ADD_RUN, [row["id"] + 1, 0, first.root, first.leaves])


# what became of what is kept


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE printed_runs SET leaves = set_byte(leaves, 4095 * 32 - 1, 1) WHERE number = 0",
        "UPDATE printed_runs SET root = sha256(root) WHERE number = 0",
        "UPDATE printed_runs SET root = sha256(root) WHERE number = 1",
        "DELETE FROM printed_runs WHERE number = 1",
        "UPDATE printed_batches SET commitment = replace(commitment, '4999', '4998')",
        "UPDATE printed_batches SET commitment = 'null'",
    ],
)
def test_what_was_changed_behind_the_guards_proves_nothing(world: World, change: str) -> None:
    added(world.ida, TWO_RUNS)
    with unguarded(world.ada, "printed_batches", "printed_runs") as owner:
        owner.rows(change)
    if "'4998'" in change:
        (proof,) = find_proofs(world.ida, TWO_RUNS.code(0))
        with pytest.raises(CommitmentInvalid):
            proof.verify(IKEA.public_key)
        return
    with pytest.raises(StateRefused, match=r"printed batch 2\.3\.2\.H is not what was added \[list_changed\]"):
        find_proofs(world.ida, TWO_RUNS.code(0))


def test_a_batch_that_was_changed_takes_no_proof_from_another(world: World, caplog: pytest.LogCaptureFixture) -> None:
    for one in (SMALL, SECOND):
        added(world.ida, one)
    note(world, SMALL.code(7), format_address(SMALL.code(7).address))
    with unguarded(world.ada, "printed_batches") as owner:
        owner.rows("UPDATE printed_batches SET commitment = 'null' WHERE root = %s", [SMALL.commitment.root])
    for found in (find_proofs(world.ida, SMALL.code(7)), find_proofs_at(world.ida, SMALL.code(7).path)):
        assert [proof.commitment for proof in found] == [SECOND.commitment]
    assert "printed batch 2.3.2.G is not what was added" in caplog.text
    with pytest.raises(StateRefused, match="list_changed"):
        find_proofs(world.ida, SMALL.code(2))


def test_who_adds_again_is_told_that_what_is_there_is_something_else(world: World) -> None:
    """By hand anybody who looks after the manufacturer can put anything under a root that is to come."""
    forged = SMALL.commitment.text.replace('"created_at_unix":', '"created_at_unix":1')
    first, last = TWO_RUNS.runs
    with world.ida.transaction():
        (row,) = world.ida.rows(ADD, [forged])
        (run,) = SMALL.runs
        world.ida.rows(ADD_RUN, [row["id"], 0, run.root, run.leaves])
        (row,) = world.ida.rows(ADD, [TWO_RUNS.commitment.text])
        world.ida.rows(ADD_RUN, [row["id"], 0, first.root, first.leaves])
        world.ida.rows(ADD_RUN, [row["id"], 1, last.root, bytes(len(last.leaves))])
    for one in (SMALL, TWO_RUNS):
        with pytest.raises(StateRefused, match=r"is not what was added \[list_changed\]"):
            added(world.ida, one)
    assert held(world) == (2, 3)


def test_a_leaf_that_was_changed_is_another_code_s(world: World) -> None:
    added(world.ida, SMALL)
    with unguarded(world.ada, "printed_runs") as owner:
        owner.rows("UPDATE printed_runs SET leaves = set_byte(leaves, 0, 255 - get_byte(leaves, 0))")
    assert find_proofs(world.ida, SMALL.code(0)) == []
    with pytest.raises(StateRefused, match="list_changed"):
        find_proofs(world.ida, SMALL.code(1))


def test_the_trail_has_who_added_what_and_no_leaves(world: World) -> None:
    added(world.ida, TWO_RUNS)
    entries = audit_trail(world.ina, manufacturer="2.3", limit=3)
    assert [(one.table_name, one.who) for one in entries] == [
        ("printed_runs", "ida@ikea.example"),
        ("printed_runs", "ida@ikea.example"),
        ("printed_batches", "ida@ikea.example"),
    ]
    assert entries[2].after and entries[2].after["commitment"] == TWO_RUNS.commitment.text
    roots = ["\\x" + run.root.hex() for run in TWO_RUNS.runs]
    assert [(one.after or {})["root"] for one in entries[1::-1]] == roots
    assert all((one.after or {}).keys() == {"batch_id", "number", "root"} for one in entries[:2])
    with pytest.raises(AccessDenied):
        audit_trail(world.abe, manufacturer="2.3")


@pytest.mark.ui
def test_killed_in_the_middle_it_adds_nothing(world: World) -> None:
    """The process has sent the first of two runs, and waits for the second."""
    script = (
        "import sys, time\n"
        "from plings.registry import open_registry\n"
        "from plings.registry.printed import add_batch\n"
        "from registry.test_printed import TWO_RUNS\n"
        "def runs():\n"
        "    yield next(iter(TWO_RUNS.runs))\n"
        "    print('sent', flush=True)\n"
        "    time.sleep(60)\n"
        "with open_registry(sys.argv[1], as_user='ida@ikea.example') as registry:\n"
        "    add_batch(registry, TWO_RUNS.commitment, runs())\n"
    )
    tests = str(File(__file__).resolve().parents[1])
    environment = {**os.environ, "PYTHONPATH": tests}
    command = [sys.executable, "-c", script, world.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout and process.stdout.readline() == "sent\n"
        process.kill()
    assert held(world) == (0, 0)
    assert added(world.ida, TWO_RUNS).is_new


def test_a_proof_is_found_by_one_index_and_one_run(world: World) -> None:
    """However many batches there are; and of a made-up address one leaf is read, and no run."""
    for number in range(1, 9):
        added(world.ida, PrintedList(IKEA, f"2.3.2.{format_segment(number)}", "0-3"))
    with world.nobody.transaction() as connection:
        connection.execute("SET LOCAL enable_seqscan = off")
        plan = connection.execute(
            "EXPLAIN SELECT id, commitment FROM printed_batches WHERE batch = '2.3.2.4' AND instances @> 2::bigint"
        ).fetchall()
    assert any("printed_once" in str(line) for line in plan)


def test_proofs_are_those_of_the_file(world: World) -> None:
    added(world.ida, SMALL)
    (proof,) = find_proofs(world.ida, SMALL.code(3))
    assert ItemProof.parse(proof.text) == proof
