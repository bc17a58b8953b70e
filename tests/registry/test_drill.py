"""The compromise drill: rehearsed, waiting for people, killed anywhere, and the same in the end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

import pytest

from fixtures.fix_registry import copied_database
from plings.errors import (
    AccessDenied,
    AlreadyRegistered,
    NotInRegistry,
    PathTaken,
    RegistryError,
    StateRefused,
    ValueRefused,
    VaultError,
)
from plings.identity import ClassPath, identity_node, parse_address
from plings.registry import Registry, connect
from plings.registry.alerts import alerts, resolve_alert
from plings.registry.approvals import approval_requests, approve, withdraw_request
from plings.registry.drill import DrillReport, Replacement, Step, plan_drill, run_drill
from plings.registry.lineage import lineage
from plings.registry.manufacturers import manufacturer, register_manufacturer, set_delegation, set_manufacturer_status
from plings.registry.paths import allocate_path, allocate_range, allocations
from plings.registry.pointers import find_product, pointers_of_class, register_pointer
from plings.registry.wallets import (
    activate_wallet,
    default_wallet,
    mark_wallet_compromised,
    retire_wallet,
    wallet,
    wallets,
)
from plings.registry.words import define_level, define_value, level_values
from plings.server import EmbeddedServer
from registry.facts import dump_of, facts_of
from registry.world import World, identity, make_default, open_wallet

REPLACEMENT = Replacement("v3", "file:wallet-v3")
SEED = bytes(range(7, 39))


def new_key(prefix: ClassPath) -> bytes:
    """The identity key of a prefix in the replacement."""
    return identity_node(SEED, prefix).public_key


@pytest.fixture
def printing(world: World) -> World:
    """A world in which much is printed below wallet 1."""
    print_much(world)
    return world


def print_much(world: World) -> None:
    """IKEA and ACME print below wallet 1; of ACME's other brands, one is suspended and one retired."""
    allocate_range(world.ida, "2.3.2.G", 1, 1000)
    allocate_path(world.ida, "2.3.3")
    allocate_path(world.abe, "2.4.2")
    define_level(world.ida, "2.3", 3, "category")
    define_value(world.ida, "2.3", 3, 1, "Chairs")
    for number, path in enumerate(("2.3.2.2", "2.3.2.3", "2.4.2")):
        name = "IKEA" if path.startswith("2.3") else "ACME"
        register_pointer(world.ada, path, world.class_id(f"{name} {number}", organization=name))
    for index, name, status in ((8, "Drowsy", "suspended"), (9, "Gone", "retired")):
        key = identity(f"2.{'123456789A'[index]}").public_key
        register_manufacturer(world.ada, 1, name, organization="ACME", index=index, public_key=key)
        set_manufacturer_status(world.ada, f"2.{'123456789A'[index]}", status)


@dataclass
class Chain:
    """What the program would hold, and the keys at which it fails."""

    statuses: dict[bytes, str] = field(default_factory=dict)
    fails_at: set[bytes] = field(default_factory=set)
    calls: int = 0

    @classmethod
    def of(cls, world: World, *prefixes: str) -> Chain:
        keys = [manufacturer(world.ada, prefix).ed25519_public_key for prefix in prefixes]
        return cls({parse_address(str(key)): "active" for key in keys})

    def status(self, public_key: bytes) -> str | None:
        return self.statuses.get(public_key)

    def mark_compromised(self, public_key: bytes) -> None:
        self.calls += 1
        if public_key in self.fails_at:
            raise RuntimeError("the node\nis away")
        self.statuses[public_key] = "compromised"


def drill(world: World, **others: object) -> DrillReport:
    return run_drill(world.ada, 1, REPLACEMENT, **{"key_of": new_key, **others})  # type: ignore[arg-type]


def people_approve(world: World) -> None:
    """Two super-admins approve all that waits."""
    for request in approval_requests(world.ada):
        for person in (world.bea, world.ada.acting("cia@plings.example")):
            approve(person, request.id)


def states(report: DrillReport, name: str) -> dict[str, str]:
    return {step.subject: step.state for step in report.steps if step.name == name}


def whole(world: World) -> DrillReport:
    drill(world)
    people_approve(world)
    return drill(world)


# What it does


def test_the_first_run_marks_everything_at_once_and_asks_people(printing: World) -> None:
    report = drill(printing)
    assert (report.status, report.dry_run) == ("waiting", False)
    lost = wallet(printing.ada, 1)
    assert (lost.status, lost.is_default) == ("compromised", False) and lost.compromised_at is not None
    prefixes = {"2.2": "Plings", "2.3": "IKEA", "2.4": "ACME", "2.9": "Drowsy", "2.A": "Gone"}
    assert {manufacturer(printing.ada, one).status for one in prefixes} == {"compromised"}
    assert states(report, "mark_manufacturer") == dict.fromkeys(prefixes, "done")
    assert [(one.severity, one.organization_id is None) for one in alerts(printing.ada)].count(("CRITICAL", True)) == 1
    assert len(alerts(printing.ada)) == 4 and len(alerts(printing.ida)) == 1 == len(alerts(printing.abe))
    assert "2.3" in alerts(printing.ida)[0].message and "2.4, 2.9, 2.A" in alerts(printing.abe)[0].message
    with pytest.raises(StateRefused):
        allocate_path(printing.ida, "2.3.9")
    assert [(one.action, one.status) for one in report.approvals] == [
        ("create_wallet", "open"),
        ("change_default_wallet", "open"),
    ]
    assert report.approvals[0].facts["version_id"] == 3 == report.approvals[1].facts["version_id"]
    asked = [line for line in report.remains if "approve request" in line]
    assert len(asked) == 2 and all("0 of 2" in line and "bea@plings.example" in line for line in asked)
    assert all(str(one.id) in line for one, line in zip(report.approvals, asked, strict=True))
    assert [one.version_name for one in wallets(printing.ada)] == ["v1", "v2"]
    assert states(report, "transfer") == {"2.2": "waiting", "2.3": "waiting", "2.4": "waiting"}


def test_running_it_again_waits_and_asks_nobody_twice(printing: World) -> None:
    first = drill(printing)
    before = facts_of(printing)
    second = drill(printing)
    assert second.status == "waiting" and facts_of(printing) == before
    assert [one.id for one in second.approvals] == [one.id for one in first.approvals]
    approve(printing.bea, first.approvals[0].id)
    third = drill(printing)
    assert [(one.action, one.approvals) for one in third.approvals] == [
        ("create_wallet", 1),
        ("change_default_wallet", 0),
    ]
    assert "bea@" not in next(line for line in third.remains if "create_wallet" in line)


def test_when_people_have_approved_it_goes_on_to_the_end(printing: World) -> None:
    drill(printing)
    people_approve(printing)
    report = drill(printing)
    assert (report.status, report.approvals) == ("off_chain", ())
    made = wallet(printing.ada, "v3")
    assert (made.version_id, made.status, made.is_default) == (3, "active", True)
    assert (made.master_key_id, made.environment) == ("file:wallet-v3", "production")
    assert default_wallet(printing.ada) == made
    outcomes = {one.prefix: one for one in report.manufacturers}
    for prefix, successor, moved in (("2.2", "4.2", (0, 0)), ("2.3", "4.3", (2, 2)), ("2.4", "4.4", (1, 1))):
        one = outcomes[prefix]
        assert (one.successor, one.allocations_moved, one.pointers_moved) == (successor, *moved)
        assert (one.allocations_left, one.pointers_left, one.refused, one.moves) == (0, 0, (), True)
        assert (one.status_before, one.status) == ("active", "compromised")
        heir = manufacturer(printing.ada, successor)
        assert parse_address(str(heir.ed25519_public_key)) == new_key(ClassPath(successor))
        assert one.successor_key == heir.ed25519_public_key and heir.status == "active"
    assert (report.allocations_moved, report.pointers_moved) == (3, 3)
    assert {one.status for one in allocations(printing.ada, below="2.3")} == {"transferred"}
    assert [one.path for one in allocations(printing.ada, below="4.3")] == ["4.3.2.G", "4.3.3"]
    assert [one.value_name for one in level_values(printing.ida, "4.3")] == ["Chairs"]
    assert report.seconds > 0 and all(step.seconds >= 0 for step in report.steps)
    allocate_path(printing.ida, "4.3.9")


def test_the_seeds_incident_ends_as_it_says(printing: World) -> None:
    """Key Compromise Response: wallet, new default, Plings in it, and its lineage."""
    whole(printing)
    (row,) = printing.ada.rows(
        """
        SELECT w1.status, w1.compromised_at IS NOT NULL AS dated, w1.is_default AS old_default,
            w2.is_default AS new_default, mr.manufacturer_index, mr.status AS plings, mr.transferred_from_wallet,
            ml.assignment_reason, ml.predecessor_wallet, ml.predecessor_index, ml.completion_percentage
        FROM wallet_versions w1, wallet_versions w2
        JOIN manufacturer_registry mr ON mr.wallet_version = w2.version_id AND mr.manufacturer_name = 'Plings'
        JOIN manufacturer_lineage ml ON ml.canonical_name = 'Plings' AND ml.current_wallet_version = w2.version_id
        WHERE w1.version_id = 1 AND w2.version_id = 3
        """
    )
    assert tuple(row.values()) == (
        "compromised", True, False, True, 1, "active", 1, "key_compromise", 1, 1, 100,
    )  # fmt: skip
    assert [one.assignment_reason for one in lineage(printing.ada, "IKEA")] == ["initial_setup", "key_compromise"]


def test_what_is_printed_still_tells_its_product_and_that_it_is_compromised(printing: World) -> None:
    (old,) = [
        one for one in printing.ada.rows("SELECT * FROM class_pointers_as_text") if one["path_to_pointer"] == "2.4.2"
    ]
    whole(printing)
    product = find_product(printing.nobody, old["class_pointer"])
    assert (product.name, product.pointer_status) == ("ACME 2", "compromised")
    assert (product.manufacturer_status, product.wallet_status) == ("compromised", "compromised")
    new = next(one for one in pointers_of_class(printing.ada, product.class_id) if one.status == "active")
    assert find_product(printing.nobody, new.class_pointer).path_to_pointer == "4.4.2"


def test_who_was_suspended_or_retired_does_not_move(printing: World) -> None:
    report = whole(printing)
    outcomes = {one.prefix: one for one in report.manufacturers}
    assert [(outcomes[one].status_before, outcomes[one].moves, outcomes[one].successor) for one in ("2.9", "2.A")] == [
        ("suspended", False, None),
        ("retired", False, None),
    ]
    assert [line for line in report.remains if "Drowsy" in line] and not [
        line for line in report.remains if "Gone" in line
    ]
    with pytest.raises(NotInRegistry):
        manufacturer(printing.ada, "4.9")


def test_the_end_is_the_end(printing: World) -> None:
    whole(printing)
    before, trail = facts_of(printing), len(printing.ada.rows("SELECT id FROM audit_trail"))
    report = drill(printing)
    assert report.status == "off_chain" and {step.state for step in report.steps} <= {"already", "skipped"}
    assert facts_of(printing) == before and len(printing.ada.rows("SELECT id FROM audit_trail")) == trail


def test_alerts_that_were_seen_to_are_not_raised_again(printing: World) -> None:
    drill(printing)
    for one in alerts(printing.ada):
        resolve_alert(printing.ada, one.id)
    drill(printing)
    assert alerts(printing.ada) == []


def test_a_wallet_that_was_made_before_is_taken(printing: World) -> None:
    report = run_drill(printing.ada, "v1", Replacement("v2", "file:wallet-v2"), key_of=new_key)
    assert [one.action for one in report.approvals] == ["change_default_wallet"]
    assert states(report, "activate_wallet") == {"v2": "done"}
    assert set(states(report, "transfer").values()) == {"done"} and report.allocations_moved == 3
    assert report.status == "waiting"
    people_approve(printing)
    assert run_drill(printing.ada, "v1", Replacement("v2", "file:wallet-v2"), key_of=new_key).status == "off_chain"
    assert default_wallet(printing.ada).version_name == "v2"


def test_another_default_stays_the_default(printing: World) -> None:
    activate_wallet(printing.ada, 2)
    make_default(printing.ada, 2)
    report = drill(printing)
    assert [one.action for one in report.approvals] == ["create_wallet"]
    people_approve(printing)
    assert drill(printing).status == "off_chain" and default_wallet(printing.ada).version_name == "v2"


def test_the_index_is_kept_where_it_is_free_and_takes_nobody_elses(printing: World) -> None:
    activate_wallet(printing.ada, 2)
    register_manufacturer(printing.ada, 2, "Early", organization="ACME", index=2, public_key=identity("3.3").public_key)
    make_default(printing.ada, 2)
    replacement = Replacement("v2", "file:wallet-v2")
    planned = plan_drill(printing.ada, 1, replacement)
    report = run_drill(printing.ada, 1, replacement, key_of=new_key)
    successors = {one.prefix: one.successor for one in report.manufacturers if one.moves}
    assert successors == {"2.2": "3.2", "2.3": "3.B", "2.4": "3.4"}
    assert {one.prefix: one.successor for one in planned.manufacturers if one.moves} == successors


def test_delegated_keys_are_to_be_handed_over_anew(printing: World) -> None:
    set_delegation(printing.ada, "2.3", "full")
    report = whole(printing)
    assert [line for line in report.remains if line.endswith("hand over 4.3's")]
    set_delegation(printing.ada, "4.3", "full")
    assert not [line for line in drill(printing).remains if "hand over" in line]


# The chain


def test_without_a_chain_the_report_says_what_to_send(printing: World) -> None:
    report = whole(printing)
    assert report.status == "off_chain" and set(states(report, "tell_chain").values()) == {"skipped"}
    for prefix in ("2.2", "2.3", "2.4", "2.9", "2.A"):
        key = manufacturer(printing.ada, prefix).ed25519_public_key
        (line,) = [line for line in report.remains if line.startswith(f"{prefix}: the chain was not told")]
        assert str(key) in line and "update_manufacturer" in line
    assert "register on chain, or they take no payments: 4.2, 4.3, 4.4" in report.remains


def test_the_chain_is_told_in_the_first_run_once(printing: World) -> None:
    chain = Chain.of(printing, "2.2", "2.3", "2.9")
    report = drill(printing, chain=chain)
    assert set(chain.statuses.values()) == {"compromised"} and chain.calls == 3
    told = {one.prefix: (one.chain_before, one.chain_after) for one in report.manufacturers}
    assert told["2.3"] == ("active", "compromised") and told["2.4"] == (None, None)
    assert states(report, "tell_chain") == {
        "2.2": "done",
        "2.3": "done",
        "2.4": "already",
        "2.9": "done",
        "2.A": "already",
    }
    assert set(states(drill(printing, chain=chain), "tell_chain").values()) == {"already"} and chain.calls == 3


def test_what_fails_on_chain_stops_nothing_and_is_done_again(printing: World) -> None:
    chain = Chain.of(printing, "2.2", "2.3", "2.4")
    chain.fails_at = {identity("2.3").public_key}
    drill(printing, chain=chain)
    people_approve(printing)
    report = drill(printing, chain=chain)
    assert report.status == "incomplete" and report.allocations_moved == 3
    assert states(report, "tell_chain")["2.3"] == "failed" and states(report, "transfer")["2.3"] == "done"
    (line,) = [line for line in report.remains if line.startswith("2.3: the chain")]
    assert "the node is away" in line and "\n" not in line
    chain.fails_at = set()
    report = drill(printing, chain=chain)
    assert report.status == "done" and states(report, "tell_chain")["2.3"] == "done"


def test_a_chain_that_did_not_take_it_is_not_believed(printing: World) -> None:
    chain = Chain.of(printing, "2.3")
    chain.mark_compromised = lambda public_key: None  # type: ignore[method-assign]
    report = drill(printing, chain=chain)
    assert states(report, "tell_chain")["2.3"] == "failed"


def test_successors_that_the_chain_knows_are_not_asked_for(printing: World) -> None:
    chain = Chain.of(printing, "2.3")
    chain.statuses[new_key(ClassPath("4.3"))] = "active"
    drill(printing, chain=chain)
    people_approve(printing)
    assert "register on chain, or they take no payments: 4.2, 4.4" in drill(printing, chain=chain).remains


# Rehearsing


def test_a_dry_run_changes_nothing_and_tells_the_same(printing: World) -> None:
    chain = Chain.of(printing, "2.3", "2.4")
    before = dump_of(printing)
    planned = plan_drill(printing.ada, 1, REPLACEMENT, chain=chain)
    assert dump_of(printing) == before and chain.calls == 0
    assert (planned.dry_run, planned.status) == (True, "planned")
    drill(printing, chain=chain)
    people_approve(printing)
    done = drill(printing, chain=chain)
    assert [(step.name, step.subject) for step in planned.steps] == [(step.name, step.subject) for step in done.steps]
    assert {step.state for step in planned.steps} == {"planned", "already"}
    for step in planned.steps:
        assert (step.state == "planned") == (step.before != step.after), step
    for one, other in zip(planned.manufacturers, done.manufacturers, strict=True):
        assert (one.successor, one.allocations_moved, one.pointers_moved) == (
            other.successor,
            other.allocations_moved,
            other.pointers_moved,
        )
        assert (one.status_before, one.moves, one.chain_before) == (other.status_before, other.moves, one.chain_before)


def test_a_dry_run_changes_nothing_in_the_middle_and_at_the_end(printing: World) -> None:
    for state in (lambda: drill(printing), lambda: people_approve(printing), lambda: drill(printing)):
        state()
        before = dump_of(printing)
        planned = plan_drill(printing.ada, 1, REPLACEMENT)
        assert dump_of(printing) == before
    assert {step.state for step in planned.steps} == {"already", "skipped"}


# Going on


class Killed(Exception):
    pass


def killed_after(steps: int) -> Callable[[Step], None]:
    number = count(1)

    def progress(step: Step) -> None:
        if next(number) == steps:
            raise Killed

    return progress


def test_killed_after_each_step_in_turn_it_ends_as_if_it_never_was(
    printing: World, postgresql: EmbeddedServer, templates: dict[str, str]
) -> None:
    for steps in count(1):
        try:
            report = drill(printing, progress=killed_after(steps))
        except Killed:
            if len(approval_requests(printing.ada)) == 2:
                people_approve_what_they_have_not(printing)
            continue
        break
    assert steps == len(report.steps) + 1 > 20 and report.status == "off_chain"
    with copied_database(postgresql, templates["settled"]) as url, connect(url) as connection:
        undisturbed = World.of(Registry(connection), url)
        print_much(undisturbed)
        whole(undisturbed)
        assert facts_of(printing) == facts_of(undisturbed)


def people_approve_what_they_have_not(world: World) -> None:
    for request in approval_requests(world.ada):
        for email in {"bea@plings.example", "cia@plings.example"} - set(request.approved_by):
            approve(world.ada.acting(email), request.id)


def test_a_vault_that_fails_for_one_stops_no_other(printing: World) -> None:
    def key_of(prefix: ClassPath) -> bytes:
        if prefix.text == "4.3":
            raise VaultError("the token is out")
        return new_key(prefix)

    drill(printing)
    people_approve(printing)
    report = drill(printing, key_of=key_of)
    assert report.status == "incomplete"
    assert states(report, "transfer") == {"2.2": "done", "2.3": "failed", "2.4": "done"}
    assert [line for line in report.remains if line.startswith("2.3 IKEA did not move") and "the token is out" in line]
    assert drill(printing).status == "off_chain"


def test_a_vault_that_kills_leaves_the_others_moved(printing: World) -> None:
    def key_of(prefix: ClassPath) -> bytes:
        if prefix.text == "4.4":
            raise Killed
        return new_key(prefix)

    drill(printing)
    people_approve(printing)
    with pytest.raises(Killed):
        drill(printing, key_of=key_of)
    assert [one.path for one in allocations(printing.ada, below="4.3")] == ["4.3.2.G", "4.3.3"]
    report = drill(printing)
    assert states(report, "transfer") == {"2.2": "already", "2.3": "already", "2.4": "done"}


def test_what_cannot_move_is_told_and_left(printing: World) -> None:
    activate_wallet(printing.ada, 2)
    register_manufacturer(printing.ada, 2, "IKEA", organization="IKEA", index=2, public_key=new_key(ClassPath("3.3")))
    allocate_path(printing.ida, "3.3.3.2")
    report = run_drill(printing.ada, 1, Replacement("v2", "file:wallet-v2", make_default=False), key_of=new_key)
    assert report.status == "incomplete"
    ikea = next(one for one in report.manufacturers if one.prefix == "2.3")
    assert (ikea.allocations_moved, ikea.allocations_left) == (1, 1)
    assert [(one.what, one.rule) for one in ikea.refused] == [("2.3.3", "path_taken")]
    assert [line for line in report.remains if line.startswith("2.3 IKEA moved in part")]
    with pytest.raises(PathTaken):
        allocate_path(printing.ida, "3.3.3")


def test_a_withdrawn_request_is_filed_anew(printing: World) -> None:
    first = drill(printing)
    withdraw_request(printing.bea, first.approvals[0].id)
    second = drill(printing)
    assert len(second.approvals) == 2 and second.approvals[0].id != first.approvals[0].id


def test_a_larger_wallet_than_a_day_gives_still_moves_at_once(printing: World) -> None:
    printing.ada.rows("UPDATE wallet_versions SET daily_allocation_limit = 1 WHERE version_id = 1")
    assert whole(printing).status == "off_chain" and wallet(printing.ada, 3).daily_allocation_limit == 6


# Who, and what cannot be meant


def test_only_super_admins_run_it_or_rehearse_it(printing: World) -> None:
    before = dump_of(printing)
    for who in (printing.ida, printing.ivo, printing.nobody):
        with pytest.raises(AccessDenied):
            run_drill(who, 1, REPLACEMENT, key_of=new_key)
        with pytest.raises(AccessDenied):
            plan_drill(who, 1, REPLACEMENT)
    assert dump_of(printing) == before


def test_what_cannot_be_meant_is_refused_and_nothing_done(printing: World) -> None:
    open_wallet(printing.ada, 4, environment="testing")
    open_wallet(printing.ada, 5)
    retire_wallet(printing.ada, 5)
    open_wallet(printing.ada, 6)
    mark_wallet_compromised(printing.ada, 6)
    before = dump_of(printing)
    cases: list[tuple[int | str, Replacement, type[Exception], str]] = [
        (9, REPLACEMENT, NotInRegistry, "unknown_wallet"),
        ("v9'--", REPLACEMENT, NotInRegistry, "unknown_wallet"),
        (1, Replacement("v1", "file:wallet-v1"), ValueRefused, "same_wallet"),
        (1, Replacement("v2", "file:wallet-v3"), AlreadyRegistered, "other_key"),
        (1, Replacement("v3", "file:wallet-v1"), AlreadyRegistered, "key_taken"),
        (1, Replacement("v2", "file:wallet-v2", version_id=3), AlreadyRegistered, "other_number"),
        (1, Replacement("v4", "file:wallet-v4"), ValueRefused, "other_environment"),
        (1, Replacement("v5", "file:wallet-v5"), StateRefused, "wallet_closed"),
        (1, Replacement("v6", "file:wallet-v6"), StateRefused, "wallet_closed"),
        (1, Replacement("v3", "not a reference"), VaultError, "reference"),
    ]
    for lost, replacement, error, rule in cases:
        with pytest.raises(error, match=rule):
            run_drill(printing.ada, lost, replacement, key_of=new_key)
        with pytest.raises(error, match=rule):
            plan_drill(printing.ada, lost, replacement)
    assert dump_of(printing) == before


def test_a_wallet_that_cannot_be_made_is_told_and_the_rest_done(printing: World) -> None:
    """Of a name that no wallet may have: it is marked, and the report says what is wrong."""
    bad = Replacement("No Name!", "file:wallet-v3")
    run_drill(printing.ada, 1, bad, key_of=new_key)
    people_approve(printing)
    report = run_drill(printing.ada, 1, bad, key_of=new_key)
    assert states(report, "create_wallet") == {"No Name!": "failed"}
    assert [line for line in report.remains if "version_name_form" in line]
    assert wallet(printing.ada, 1).status == "compromised"


def test_two_who_run_it_at_once_do_it_once(printing: World, registry_url: str) -> None:
    drill(printing)
    people_approve(printing)

    def run(email: str) -> DrillReport | RegistryError:
        with connect(registry_url) as connection:
            try:
                return run_drill(Registry(connection).acting(email), 1, REPLACEMENT, key_of=new_key)
            except RegistryError as error:
                return error

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(run, ["ada@plings.example", "bea@plings.example"]))
    report = drill(printing)
    assert report.status == "off_chain"
    assert [one.path for one in allocations(printing.ada, below="4.3")] == ["4.3.2.G", "4.3.3"]
    assert len(lineage(printing.ada, "IKEA")) == 2
