"""How much is too much: known for every pattern, changed by super-admins alone, within bounds, and noted."""

from __future__ import annotations

import pytest

from monitoring.ledger import Ledger
from plings.errors import AccessDenied, NotInRegistry, RegistryError, StateRefused, ValueRefused
from plings.monitoring import PATTERNS, set_threshold, thresholds
from registry.planting import own


def test_every_pattern_has_its_own_and_can_be_switched_off(ledger: Ledger) -> None:
    known = thresholds(ledger.registry)
    assert {one.pattern for one in known} == {*PATTERNS, "every"}
    assert {one.pattern for one in known if one.name == "enabled"} == set(PATTERNS)
    assert all(one.value == one.default_value and one.least <= one.value <= one.most for one in known)


def test_super_admins_change_them_and_the_trail_says_who(ledger: Ledger) -> None:
    ada = ledger.world.ada
    assert set_threshold(ada, "copied_code", "wallets", 5).value == 5
    assert set_threshold(ada, "copied_code", "wallets", None).value == 3
    trail = own(ada, "SELECT * FROM audit_trail WHERE table_name = 'monitoring_thresholds' ORDER BY id")
    assert [(row["before"]["value"], row["after"]["value"]) for row in trail] == [(3, 5), (5, 3)]
    assert {row["user_id"] for row in trail} == {ada.user_id}


def test_nobody_else_does(ledger: Ledger) -> None:
    for one in (ledger.world.ida, ledger.world.nobody):
        with pytest.raises(AccessDenied):
            set_threshold(one, "copied_code", "wallets", 5)
    for sql in (
        "UPDATE monitoring_thresholds SET default_value = 4",
        "INSERT INTO monitoring_thresholds VALUES ('a', 'b', 1, 1, 1, 1, 'c')",
        "DELETE FROM monitoring_thresholds",
        "INSERT INTO monitoring_undone VALUES (1, 1, true)",
        "DELETE FROM monitoring_findings",
        "UPDATE system_alerts SET withdrawn_at = now()",
    ):
        with pytest.raises(AccessDenied):
            ledger.world.ada.rows(sql)
    with pytest.raises(StateRefused):
        own(ledger.world.ada, "DELETE FROM monitoring_thresholds")


@pytest.mark.parametrize(
    ("pattern", "name", "value", "refusal"),
    [
        ("copied_code", "wallets", 1, ValueRefused),
        ("copied_code", "wallets", 10**15, ValueRefused),
        ("copied_code", "walets", 3, NotInRegistry),
        ("'; DROP TABLE users; --", "wallets", 3, NotInRegistry),
    ],
)
def test_what_makes_no_sense_is_refused(
    ledger: Ledger, pattern: str, name: str, value: int, refusal: type[RegistryError]
) -> None:
    with pytest.raises(refusal):
        set_threshold(ledger.world.ada, pattern, name, value)


def test_only_alerts_of_monitoring_are_withdrawn_and_only_by_the_platform(ledger: Ledger) -> None:
    ada = ledger.world.ada
    ada.rows("SELECT raise_alert('FIRE', 'HIGH', 'it burns', '{}', 'here')")
    (alert,) = ledger.alerts()
    ada.rows("SELECT withdraw_alerts(%s)", [[alert.id]])
    assert ledger.alerts()[0].withdrawn_at is None
