"""What operators do with a registry in use: transfers, suspensions, alerts, and looking back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from cli.command import answer, one_object, run
from cli.registry_office import ADA, BEA, IDA, PASSPHRASE, Office, rows
from cli.test_process import on_terminal
from plings.identity import format_segment
from registry.planting import plant_pointer
from registry.world import SEEDS, World, identity

ABE = "abe@acme.example"


@pytest.fixture
def office(registry_url: str, tmp_path: Path) -> Office:
    return Office(registry_url, {"PLINGS_VAULT": str(tmp_path), "PLINGS_VAULT_PASSPHRASE": PASSPHRASE})


def test_a_manufacturer_moves_to_another_wallet_under_that_wallet_s_key(office: Office) -> None:
    answer("vault", "restore", "file:wallet-v2", stdin=SEEDS[2].hex(), **office.environment)
    office.says("wallet", "activate", "v2", by=ADA)
    held = office.tells("path", "allocate", "2.3.2.G", by=IDA)
    chair = office.tells("class", "add", "Chair", "--organization", "IKEA", by=IDA)["id"]
    old = office.tells("pointer", "register", "2.3.2", chair, by=IDA)["class_pointer"]

    done = office.tells("transfer-manufacturer", "2.3", "--to", "v2", "--from-vault", by=ADA)
    assert (done["complete"], done["allocations_moved"], done["pointers_moved"]) == (True, 1, 1)
    assert done["target"]["ed25519_public_key"] == identity("3.3").node.address
    assert rows(office.says("manufacturer", "show", "2.3"))["status"] == "transferred"

    moved = office.tells("path", "transfers", "--from", "v1")["transfers"]
    assert [(one["path"], one["target_path"]) for one in moved] == [("2.3.2.G", "3.3.2.G")]
    assert office.tells("path", "verify", "2.3.2.G", "--to", "v2", by=IDA)["verified"]
    assert office.tells("path", "free", "2.3.2.G", by=IDA)["free"]
    assert rows(office.says("path", "show", "3.3.2.G.3j"))["held by"] == "IKEA, 3.3"
    assert office.tells("path", "list", "--status", "transferred")["allocations"][0]["id"] == held["id"]

    pointers = office.tells("pointer", "list", chair)["pointers"]
    assert [one["status"] for one in pointers if one["class_pointer"] == old] == ["migrated"]
    assert [one["to_wallet"] for one in office.tells("lineage", "IKEA")["lineage"]] == ["v1", "v2"]
    assert "security_upgrade" in office.says("lineage", "ikea")


def test_what_is_not_verified_is_exit_code_1(office: Office) -> None:
    result = run("registry", "path", "verify", "2.3.2.G", "--to", "v2", "--database", office.url, "--as", IDA)
    assert (result.exit_code, result.stderr) == (1, "plings: not verified: nothing of 2.3.2.G is held in wallet v2\n")


def test_one_allocation_moves_alone(office: Office) -> None:
    office.says("wallet", "activate", "v2", by=ADA)
    held = office.tells("path", "allocate", "2.3.2.G", "--first", 1, "--quantity", 10, by=IDA)["id"]
    assert "plings registry transfer-manufacturer" in office.refuses("path", "transfer", held, "--to", "v2", by=IDA)
    key = ["--public-key", identity("3.3").node.address]
    office.says(
        "manufacturer", "register", "IKEA", "--organization", "IKEA", "--wallet", "v2", "--index", 2, *key, by=ADA
    )
    made = office.tells("path", "transfer", held, "--to", "v2", by=IDA)
    assert (made["first"], made["status"]) == ("3.3.2.G.2", "active")


def test_a_suspended_manufacturer_allocates_nothing(office: Office) -> None:
    assert office.tells("manufacturer", "suspend", "2.3", by=ADA)["status"] == "suspended"
    assert "manufacturer" in office.refuses("path", "allocate", "2.3.2", by=IDA)
    assert office.tells("manufacturer", "resume", "2.3", by=ADA)["status"] == "active"
    made = office.tells("path", "allocate", "2.3.2", by=IDA)["id"]
    assert office.tells("path", "exhaust", made, by=IDA)["status"] == "exhausted"
    assert office.tells("path", "retire", made, by=IDA)["status"] == "retired"
    assert office.tells("manufacturer", "delegate", "2.3", "full", by=ADA)["key_delegation_level"] == "full"


def test_a_key_is_noted_later_and_never_changes(office: Office) -> None:
    made = office.tells("manufacturer", "register", "Umbra", "--organization", "ACME", "--wallet", "v1", by=ADA)
    assert (made["prefix"], made["ed25519_public_key"]) == ("2.5", None)
    chair = office.tells("class", "add", "Chair", "--organization", "ACME", by=ABE)["id"]
    said = office.refuses("pointer", "register", "2.5.2", chair, by=ABE)
    assert "plings registry manufacturer key" in said
    key = identity("2.5").node.address
    assert office.tells("manufacturer", "key", "2.5", "--public-key", key, by=ADA)["ed25519_public_key"] == key
    other = identity("2.6").node.address
    assert "never changes" in office.refuses("manufacturer", "key", "2.5", "--public-key", other, by=ADA)
    assert office.tells("pointer", "register", "2.5.2", chair, by=ABE)["added"]


def test_a_failing_vault_registers_nobody(office: Office) -> None:
    said = office.refuses("manufacturer", "register", "Umbra", "--organization", "ACME", "--from-vault", by=ADA)
    assert "there is no such file" in said
    assert office.tells("manufacturer", "list", "--name", "Umbra") == {"manufacturers": []}


def test_wallets_are_closed_and_limited(office: Office) -> None:
    assert office.tells("wallet", "limit", "v1", 1, by=ADA)["daily_allocation_limit"] == 1
    office.says("path", "allocate", "2.3.2", by=IDA)
    assert "plings registry wallet limit" in office.refuses("path", "allocate", "2.3.3", by=IDA)
    assert not office.tells("wallet", "deactivate", "v1", by=ADA)["is_default"]
    assert "plings registry wallet activate" in office.refuses("path", "allocate", "2.3.3", by=IDA)
    assert office.tells("wallet", "deprecate", "v1", by=ADA)["status"] == "deprecated"
    assert rows(office.says("wallet", "retire", "v1", by=ADA))["status"] == "retired"


def test_classes_change_and_are_found(office: Office) -> None:
    made = office.tells("class", "add", "Chair", "--organization", "IKEA", "--sku", "A1", "--price", "5 EUR", by=IDA)
    changed = office.tells("class", "change", made["id"], "--price", "5.255 SEK", "--sku", "", by=IDA)
    assert (changed["price_amount"], changed["price_currency"], changed["sku"]) == ("5.2550", "SEK", None)
    assert rows(office.says("class", "show", made["id"]))["price"] == "5.255 SEK"
    assert "Chair" in office.says("class", "list", "--organization", "IKEA")
    assert office.tells("class", "list", "--sku", "A1") == {"classes": []}
    office.says("class", "change", made["id"], "--price", "", "--status", "discontinued", by=IDA)
    assert "price" not in rows(office.says("class", "show", made["id"]))


def test_a_pointer_is_verified_or_exit_code_1(office: Office) -> None:
    chair = office.tells("class", "add", "Chair", "--organization", "IKEA", by=IDA)["id"]
    pointer = office.tells("pointer", "register", "2.3.2", chair, by=IDA)["class_pointer"]
    assert office.tells("pointer", "verify", pointer, "2.3.2", by=IDA)["verified"]
    result = run("registry", "pointer", "verify", pointer, "2.3.3", "--database", office.url, "--as", IDA, "--json")
    assert result.exit_code == 1 and not one_object(result.stdout)["verified"]
    assert office.tells("pointer", "detect", by=ADA) == {"findings": []}
    assert office.says("pointer", "detect", "--alert", by=ADA) == "nothing is wrong\n"
    assert office.says("pointer", "detect", "--every", 1, "--seconds", 0.3, by=ADA) == "0 findings\n"


def test_a_decoded_code_is_of_its_url(office: Office) -> None:
    facts = office.tells("decode", "2.3.2.G.3j")
    assert (facts["batch"], facts["instance"]) == ({"segment": "G", "number": 15}, {"segment": "3j", "number": 158})
    assert facts["product"] is None and "IKEA" in facts["sentence"]
    assert office.tells("decode", "2.3.2.G", "--class")["instance"] is None
    assert "no such wallet" in office.says("decode", "9.3.2.G.3j")
    assert office.refuses("decode", "2.03.2.G.3j")


def test_words_are_listed_below_their_levels(office: Office) -> None:
    office.says("words", "level", "2.3", 3, "category", "--description", "What it is", by=IDA)
    office.says("words", "level", "2.3", "class", "legacy class", "--optional", by=IDA)
    office.says("words", "value", "2.3", 3, 15, "Furniture", "--sku", "F", by=IDA)
    office.says("words", "value", "2.3", 3, "H", "Lamps", "--segment", "--inactive", by=IDA)
    listed = office.tells("words", "list", "2.3")
    assert [(one["segment"], one["level_value"]) for one in listed["values"]] == [("G", 15), ("H", 16)]
    page = office.says("words", "list", "2.3", "--level", 3)
    assert "3 category" in page and "Furniture" in page and "out of use" in page and "999" not in page
    assert office.tells("words", "list", "2.3", "--inactive")["values"][0]["value_name"] == "Lamps"


def test_who_did_what_is_told(office: Office) -> None:
    office.says("organization", "remove-member", "IKEA", "ivo@ikea.example", by=IDA)
    office.says("path", "allocate", "2.3.2.G", "--purpose", "spring", by=IDA)
    office.says("manufacturer", "suspend", "2.3", by=ADA)
    trail = office.says("audit", "--manufacturer", "2.3", by=IDA)
    assert f"{ADA}  UPDATE manufacturer_registry" in trail
    assert "active -> suspended" in trail and "DELETE organization_members" in trail
    entries = office.tells("audit", "--user", IDA, "--since", "2020-01-01", by=ADA)["entries"]
    assert {one["who"] for one in entries} == {IDA}
    assert office.tells("audit", "--until", "2020-01-01", by=ADA) == {"entries": []}
    assert office.refuses("audit", by=IDA)
    done = office.tells("operations", "IKEA", by=IDA)["operations"]
    assert ("path_allocation", "2.3.2.G", IDA) in [(one["operation"], one["path"], one["operator"]) for one in done]


def test_usage_counts_what_is_held(office: Office) -> None:
    office.says("path", "next", "2.3.2.G", "--quantity", 250, by=IDA)
    told = office.tells("usage", "v1")
    assert (told["wallets"][0]["total_paths"], told["wallets"][0]["total_identifiers"]) == (1, 250)
    assert told["days"][0]["allocations_count"] == 1
    page = office.says("usage", "v1")
    assert "250" in page and "production" in page
    assert len(office.tells("usage")["wallets"]) == 2


def test_a_database_role_sees_its_organisation_alone(office: Office) -> None:
    role = f"reader_{uuid4().hex}"
    made = office.tells("organization", "database-role", "IKEA", role, "--password-stdin", by=ADA, stdin="geheim123\n")
    assert made == {"organization": "IKEA", "database_role": role, "has_password": True}
    assert "geheim" not in json.dumps(office.tells("audit", by=ADA))
    with psycopg.connect(office.url) as connection:
        connection.execute(f"SET ROLE {role}".encode())
        seen = connection.execute("SELECT name FROM registry.organizations").fetchall()
        connection.execute("RESET ROLE")
        connection.execute(f"DROP ROLE {role}".encode())  # it is the server's, and stays when the database goes
    assert seen == [("IKEA",)]
    office.refuses("organization", "database-role", "IKEA", "x", "--password-stdin", by=ADA)


@pytest.fixture
def alerted(office: Office) -> Office:
    """One alert is open, for IKEA."""
    with psycopg.connect(office.url) as connection:
        connection.execute(
            "SELECT registry.raise_alert('SOMETHING_ODD', 'HIGH', 'look here', '{}', 'a key', id)"
            " FROM registry.organizations WHERE name = 'IKEA'"
        )
    return office


def test_alerts_are_listed_and_seen_to(alerted: Office) -> None:
    page = alerted.says("alerts", "list", by=IDA)
    assert "SOMETHING_ODD" in page and "look here" in page
    assert alerted.tells("alerts", "list", by=ABE) == {"alerts": []}
    (alert,) = alerted.tells("alerts", "list", "--severity", "HIGH", by=ADA)["alerts"]
    assert alerted.tells("alerts", "resolve", alert["id"], by=IDA)["resolved_at"].endswith("Z")
    assert alerted.says("alerts", "list", by=ADA) == "no alerts\n"
    assert len(alerted.tells("alerts", "list", "--all", by=ADA)["alerts"]) == 1


def test_alerts_are_watched(alerted: Office) -> None:
    watched = alerted.says("alerts", "watch", "--seconds", 0.5, by=ADA)
    assert "SOMETHING_ODD: look here" in watched
    told = alerted.tells("alerts", "watch", "--seconds", 0.5, by=BEA)
    assert told["alert_type"] == "SOMETHING_ODD"


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a receiver, and what it got."""
    received: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_alerts_are_delivered(alerted: Office, webhook: tuple[str, list[dict[str, Any]]]) -> None:
    url, received = webhook
    refused = run(
        "registry", "alerts", "deliver", "--webhook", "http://127.0.0.1:1/", "--database", alerted.url, "--as", ADA
    )
    assert refused.exit_code == 1 and refused.stderr.startswith("plings: 1 of 1 not delivered: ")
    with psycopg.connect(alerted.url) as connection:
        connection.execute("UPDATE registry.system_alerts SET next_attempt_at = now()")
    assert "delivered" in alerted.says("alerts", "deliver", "--webhook", url, by=ADA)
    assert [one["alert_type"] for one in received] == ["SOMETHING_ODD"]
    assert alerted.says("alerts", "deliver", "--webhook", url, by=ADA) == "nothing is due\n"
    assert alerted.says("alerts", "deliver", "--keep", "--seconds", 0.2, "--webhook", url, by=ADA) == ""


def test_a_transfer_s_progress_is_for_terminals(office: Office) -> None:
    office.says("wallet", "activate", "v2", by=ADA)
    for number in range(3):
        office.says("path", "allocate", f"2.3.2.{'234'[number]}", by=IDA)
    command = ["registry", "transfer-manufacturer", "2.3", "--to", "v2", "--public-key", identity("3.3").node.address]
    seen = on_terminal(*command, "--database", office.url, "--as", ADA)
    assert "moving 2.3 to v2" in seen and "3 allocations, 0 class pointers" in seen
    quiet = on_terminal(*command, "--database", office.url, "--as", ADA, "--quiet")
    assert "moving" not in quiet and "complete" in quiet


def _csv(folder: Path, rows: list[tuple[str, str]]) -> Path:
    file = folder / "pointers.csv"
    file.write_text("".join(f"{path},{known}\n" for path, known in [("path_to_pointer", "class_id"), *rows]))
    return file


def test_pointers_are_loaded_from_a_file(office: Office, tmp_path: Path) -> None:
    chair = office.tells("class", "add", "Chair", "--organization", "IKEA", by=IDA)["id"]
    file = _csv(tmp_path, [(f"2.3.{format_segment(number)}", chair) for number in range(1, 501)])
    told = office.tells("pointer", "load", "2.3", file, by=IDA)
    assert (told["rows"], told["added"], told["there"]) == (500, 500, 0)
    again = rows(office.says("pointer", "load", "2.3", file, "--streams", 2, "--in-chunks", by=IDA))
    assert (again["added"], again["there before"]) == ("0", "500")
    assert len(office.tells("pointer", "list", chair)["pointers"]) == 500


def test_a_file_with_one_wrong_row_changes_nothing(office: Office, tmp_path: Path) -> None:
    chair = office.tells("class", "add", "Chair", "--organization", "IKEA", by=IDA)["id"]
    file = _csv(tmp_path, [("2.3.2", chair), ("2.4.2", chair)])
    assert "line 3: " in office.refuses("pointer", "load", "2.3", file, by=IDA)
    assert office.tells("pointer", "list", chair)["pointers"] == []
    assert "No such file" in office.refuses("pointer", "load", "2.3", tmp_path / "none.csv", by=IDA)


def test_a_load_s_progress_is_for_terminals(office: Office, tmp_path: Path) -> None:
    chair = office.tells("class", "add", "Chair", "--organization", "IKEA", by=IDA)["id"]
    command = ["registry", "pointer", "load", "2.3", str(_csv(tmp_path, [("2.3.2", chair)]))]
    place = ["--database", office.url, "--as", ADA]
    assert "loading pointers.csv" in on_terminal(*command, *place)
    assert "loading" not in on_terminal(*command, *place, "--quiet")


def test_a_refused_pointer_has_a_way_out(world: World, office: Office) -> None:
    anvil = world.class_id("Anvil", organization="ACME")
    pointer = plant_pointer(world.ada, "2.3.2", "2.4", anvil)
    billy = office.tells("class", "add", "BILLY", "--organization", "IKEA", by=IDA)["id"]
    assert "plings registry pointer guidance" in office.refuses("pointer", "register", "2.3.2", billy, by=IDA)
    told = office.tells("pointer", "guidance", "2.3", pointer, by=IDA)
    assert told["path_to_pointer"] == "2.3.2" and told["options"][0]["path"] == "2.3.2.2"
    assert "recommended" in office.says("pointer", "guidance", "2.3", pointer, by=IDA)
    made = rows(office.says("pointer", "resolve", "2.3.2", billy, by=IDA))
    assert made["registered"].startswith("2.3.2.2, pointer ")
    found = run("registry", "pointer", "detect", "--database", office.url, "--as", ADA)
    assert found.exit_code == 1 and pointer in found.stdout
    assert found.stderr == "plings: 1 class pointers are not what they should be\n"
