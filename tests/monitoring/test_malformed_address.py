"""Addresses that no key can have."""

from __future__ import annotations

from hashlib import sha256

import pytest
from solders.pubkey import Pubkey

from monitoring.ledger import Ledger, code, evidence, wallet
from monitoring.planting import plant_event
from plings.identity.address import format_address, parse_address
from plings.monitoring.key_rules import fault_of_object_key, fault_of_owner, well_known
from plings.program import PROGRAM_ID
from plings.registry.people import organization

PATH = "2.3.2.G.3j"
PDA = bytes(Pubkey.find_program_address([b"a shared wallet"], PROGRAM_ID)[0])
CLOCK = bytes(Pubkey.from_string("SysvarC1ock11111111111111111111111111111111"))
NOT_CANONICAL = (2**255 - 18 + 2**255).to_bytes(32, "little")
MALFORMED = {
    "zeros": bytes(32),
    "well_known": CLOCK,
    "small_order": (1).to_bytes(32, "little"),
    "not_canonical": (2**255 - 19 + 5).to_bytes(32, "little"),
    "off_curve": PDA,
}


@pytest.mark.parametrize("fault", MALFORMED)
def test_an_object_s_address_is_a_key(ledger: Ledger, fault: str) -> None:
    key = MALFORMED[fault]
    assert ledger.finds(ledger.paid(PATH, address=key)) == [("malformed_address", f"object 2.3 {fault}")]
    (alert,) = ledger.alerts()
    assert alert.organization_id == organization(ledger.world.ada, "IKEA").id
    assert alert.severity == ("HIGH" if fault == "small_order" else "MEDIUM")
    assert alert.details["addresses"] == [format_address(key)] and evidence(alert, "path") == [PATH]
    assert format_address(key) in alert.message and alert.message.startswith(
        "codes of 2.3 were paid for whose address "
    )


def test_keys_that_were_derived_are_none(ledger: Ledger) -> None:
    raws = [ledger.paid(f"2.3.2.G.{one}", by, at=9 * by) for by, one in enumerate("23456789ABCDEFGH")]
    assert ledger.finds(*raws) == []


def test_who_makes_up_addresses_makes_up_many_and_is_told_of_once(ledger: Ledger) -> None:
    def made_up(number: int) -> bytes:
        return sha256(b"%d" % number).digest()

    off_curve = [one for one in range(100) if fault_of_object_key(made_up(one)) == "off_curve"]
    assert 30 < len(off_curve) < 70
    raws = [ledger.paid("2.3.2.G.3j", one, at=one, address=made_up(one)) for one in off_curve]
    assert ledger.finds(*raws[:20]) == [("malformed_address", "object 2.3 off_curve")]
    assert ledger.finds(*raws[20:]) == []
    assert len(evidence(ledger.finding(pattern="malformed_address"), "slot")) == 10


def test_an_owner_may_be_a_program_s_account_but_not_a_program_or_nobody(ledger: Ledger) -> None:
    assert ledger.finds(ledger.paid(PATH, 1), ledger.given(PATH, 1, PDA, at=5)) == []
    second = "2.3.2.G.3k"
    given = [ledger.paid(second, 2, at=10), ledger.given(second, 2, bytes(32), at=15)]
    assert ledger.finds(*given) == [("malformed_address", "owner 2.3 zeros")]
    (one,) = ledger.finding().details["evidence"]
    assert (one["path"], one["wallet"]) == (second, format_address(wallet(2)))


def test_what_an_nft_s_owner_gives_away_is_looked_at_too(ledger: Ledger) -> None:
    plant_event(ledger, "OwnershipTransferred", owner=CLOCK)
    assert ledger.finds() == [("malformed_address", "owner well_known")]
    assert "(sysvar Clock)" in ledger.finding().message


@pytest.mark.parametrize("name", ["ManufacturerRegistered", "ManufacturerUpdated", "ConfigUpdated"])
def test_money_goes_to_somebody(ledger: Ledger, name: str) -> None:
    field = "platform_treasury" if name == "ConfigUpdated" else "treasury"
    plant_event(ledger, name, body={field: format_address(PDA)})
    assert ledger.finds() == []
    plant_event(ledger, name, body={field: format_address(bytes(32))})
    assert ledger.finds() == [("malformed_address", "treasury zeros")]
    assert ledger.finding().organization_id is None


def test_well_known_addresses_are_those_of_32_bytes_that_everybody_knows() -> None:
    known = well_known()
    assert len(known) > 30 and all(len(key) == 32 for key in known)
    assert known[bytes(PROGRAM_ID)] == "Plings program"
    for text in ("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb", "Sysvar1nstructions1111111111111111111111111"):
        assert fault_of_object_key(parse_address(text)) == fault_of_owner(parse_address(text)) == "well_known"


def test_the_curve_is_asked_as_solana_asks_it() -> None:
    """An independent reckoning of RFC 8032, 5.1.3, on keys and on what is none."""
    prime = 2**255 - 19
    d = -121665 * pow(121666, -1, prime) % prime

    def is_point(key: bytes) -> bool:
        y = int.from_bytes(key, "little") & (2**255 - 1)
        square = (y * y - 1) * pow(d * y * y + 1, -1, prime) % prime
        return square == 0 or pow(square, (prime - 1) // 2, prime) == 1

    keys = [sha256(b"point %d" % one).digest() for one in range(200)] + [code(PATH).address, PDA]
    for key in keys:
        assert (fault_of_object_key(key) is None) == is_point(key)
