"""Whatever text comes: it is stored as it is or refused with a rule, nothing else happens, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from fixtures.fix_registry import copied_database
from plings.errors import DatabaseUnavailable, IdentityError, PlingsError, RegistryError, SettingsError, VaultError
from plings.registry import Registry, connect
from plings.registry.approvals import FACTS, request_approval
from plings.registry.classes import add_class, classes
from plings.registry.database import fetch
from plings.registry.decoding import decode
from plings.registry.manufacturers import manufacturer, manufacturers, register_manufacturer
from plings.registry.paths import (
    allocate_next,
    allocate_path,
    allocations,
    holder,
    is_free,
    next_free,
    set_allocation_status,
)
from plings.registry.people import add_member, add_organization, add_user, change_user, members
from plings.registry.pointers import find_product, find_products, register_pointer, verify_pointer
from plings.registry.wallets import create_wallet, wallet, wallet_template
from plings.registry.words import define_level, define_value
from plings.server import EmbeddedServer
from registry.actions import derived, furnish, undone
from registry.facts import dump_of
from registry.hostile import CALLED, HOSTILE, OURS, ROWS
from registry.planting import own
from registry.world import World, agreed

FED = [
    *((table, column, "text") for table, row in ROWS.items() for column in row.texts),
    *((table, column, "document") for table, row in ROWS.items() for column in row.documents),
    *((table, column, "list") for table, row in ROWS.items() for column in row.lists),
]


@pytest.fixture(scope="module")
def office(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[World]:
    with copied_database(postgresql, templates["settled"]) as url, connect(url) as connection:
        world = World.of(Registry(connection), url)
        furnish(world)
        yield world


@pytest.fixture(scope="module")
def rules(office: World) -> set[str]:
    """The names of all constraints, and the hints that guards give."""
    select = """
        SELECT conname AS name FROM pg_constraint WHERE connamespace = 'registry'::regnamespace
        UNION SELECT relname FROM pg_class WHERE relnamespace = 'registry'::regnamespace AND relkind = 'i'
        UNION SELECT (regexp_matches(prosrc, $$HINT = '(\\w+)'$$, 'g'))[1] FROM pg_proc
            WHERE pronamespace = 'registry'::regnamespace
    """
    return {row["name"] for row in own(office.ada, select)}


@pytest.fixture(scope="module", autouse=True)
def nothing_changed(office: World) -> Iterator[None]:
    """By all tests of this file."""
    before = dump_of(office)
    yield
    assert dump_of(office) == before


def test_every_text_column_is_accounted_for(office: World) -> None:
    """A new one fails here until it is fed, or said to be nobody's."""
    select = """
        SELECT c.relname AS table, attname AS column
        FROM pg_class AS c
        JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        JOIN pg_type AS given ON given.oid = atttypid
        JOIN pg_type AS base
            ON base.oid IN (given.oid, given.typbasetype, CASE given.typcategory WHEN 'A' THEN given.typelem END)
        WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND base.typname IN ('text', 'varchar', 'bpchar', 'name', 'json', 'jsonb', 'xml')
    """
    found = {(row["table"], row["column"]) for row in own(office.ada, select) if row["table"] not in derived()}
    assert found == {(table, column) for table, column, _ in FED} | set(CALLED) | set(OURS)


def _stored_or_refused(work: Callable[[], Any], expected: Any, rules: set[str]) -> None:
    """As it is, or with a rule that names what refused it."""
    try:
        stored = work()
    except RegistryError as refused:
        assert not isinstance(refused, DatabaseUnavailable), refused
        # the driver's own and PostgreSQL's own come before any column is known
        assert refused.rule in rules | {"value", "not_unicode", "too_long", "path_taken"}, refused.rule
        _is_one_line(refused)
        return
    assert stored == expected


def _is_one_line(error: Exception) -> None:
    line = str(error)
    assert line.isascii() and line.isprintable() and len(line) < 700, line[:1000]


@pytest.mark.parametrize(("table", "column", "form"), FED)
def test_a_column_stores_a_text_as_it_is_or_refuses_it(
    office: World, rules: set[str], table: str, column: str, form: str
) -> None:
    for text in HOSTILE.values():
        given: Any = {"text": text, "document": Jsonb({"x": text}), "list": [text]}[form]
        expected: Any = {"text": text, "document": {"x": text}, "list": [text]}[form]
        if (table, column) == ("path_registry", "status"):
            expected = "active"  # whatever was said
        if (table, column) == ("organizations", "database_role"):
            expected = text.encode(errors="ignore")[:63].decode(errors="ignore")  # as long as names are there
        _stored_or_refused(lambda given=given: _insert(office, table, column, given), expected, rules)  # type: ignore[misc]


def _insert(world: World, table: str, column: str, given: Any) -> Any:
    statement, parameters = ROWS[table].insert(table, column, given)
    with undone(world.ada):
        if table == "wallet_versions":
            facts = {**ROWS[table].values, column: given}
            agreed(world.ada, "create_wallet", {name: facts[name] for name in FACTS["create_wallet"]})
        rows = world.ada.attempt(lambda connection: connection.execute(statement, parameters).fetchall())
        return rows[0][0]


@pytest.mark.parametrize(("table", "column"), CALLED)
def test_a_function_stores_a_text_as_it_is_or_refuses_it(
    office: World, rules: set[str], table: str, column: str
) -> None:
    for text in HOSTILE.values():
        expected: Any = {"x": text} if column == "details" else text
        _stored_or_refused(lambda text=text: _call(office, table, column, text), expected, rules)  # type: ignore[misc]


def _call(world: World, table: str, column: str, text: str) -> Any:
    with undone(world.ada):
        newest = f"SELECT {column} AS stored FROM {table} WHERE xmin::text::bigint > %s"
        before = world.ada.rows("SELECT max(xmin::text::bigint) AS last FROM users")
        world.ada.rows(CALLED[table, column], [text])
        return world.ada.rows(newest, [before[0]["last"]])[-1]["stored"]


CALLS: dict[str, Callable[[World, str], Any]] = {
    "acting": lambda world, text: world.nobody.acting(text),
    "add_user": lambda world, text: add_user(world.ada, text),
    "change_user": lambda world, text: change_user(world.ada, text, active=True),
    "add_organization": lambda world, text: add_organization(world.ada, text),
    "members": lambda world, text: members(world.ada, text),
    "add_member": lambda world, text: add_member(world.ada, "IKEA", text, "member"),
    "add_member as": lambda world, text: add_member(world.ada, "IKEA", "pia@plings.example", text),
    "add_member of": lambda world, text: add_member(world.ada, text, "pia@plings.example", "member"),
    "request_approval": lambda world, text: request_approval(world.ada, text, {}, reason="x"),
    "request_approval because": lambda world, text: request_approval(
        world.ada, "change_default_wallet", {"version_id": 1}, reason=text
    ),
    "request_approval of": lambda world, text: request_approval(
        world.ada, "grant_super_admin", {"email": text}, reason="x"
    ),
    "request_approval of what": lambda world, text: request_approval(
        world.ada, "grant_super_admin", {text: "x"}, reason="x"
    ),
    "wallet": lambda world, text: wallet(world.ada, text),
    "wallet_template": lambda world, text: wallet_template(world.ada, text),
    "create_wallet": lambda world, text: create_wallet(
        world.ada, version_id=5, version_name=text, master_key_id="file:x"
    ),
    "create_wallet by": lambda world, text: create_wallet(
        world.ada, version_id=5, version_name="v5", master_key_id=text
    ),
    "manufacturer": lambda world, text: manufacturer(world.ada, text),
    "manufacturers": lambda world, text: manufacturers(world.ada, name=text),
    "register_manufacturer": lambda world, text: register_manufacturer(
        world.ada, 1, text, organization="IKEA", index=9
    ),
    "register_manufacturer of": lambda world, text: register_manufacturer(
        world.ada, 1, "x", organization=text, index=9
    ),
    "register_manufacturer as": lambda world, text: register_manufacturer(
        world.ada, 1, "x", organization="IKEA", index=9, reason=text
    ),
    "allocate_path": lambda world, text: allocate_path(world.ida, text),
    "allocate_path below": lambda world, text: allocate_path(world.ida, f"2.3.{text}"),
    "allocate_path as": lambda world, text: allocate_path(world.ida, "2.3.9", kind=text),
    "allocate_path for": lambda world, text: allocate_path(world.ida, "2.3.9", purpose=text),
    "allocate_next": lambda world, text: allocate_next(world.ida, text, 1),
    "next_free": lambda world, text: next_free(world.ida, text),
    "is_free": lambda world, text: is_free(world.ida, text),
    "holder": lambda world, text: holder(world.ida, text),
    "allocations": lambda world, text: allocations(world.ida, below=text),
    "allocations that are": lambda world, text: allocations(world.ida, status=text),
    "set_allocation_status": lambda world, text: set_allocation_status(
        world.ida, allocations(world.ida, below="2.3.2")[0].id, text
    ),
    "set_allocation_status of": lambda world, text: set_allocation_status(world.ida, text, "retired"),  # type: ignore[arg-type]
    "define_level": lambda world, text: define_level(world.ida, "2.3", 4, text),
    "define_level of": lambda world, text: define_level(world.ida, text, 4, "x"),
    "define_value": lambda world, text: define_value(world.ida, "2.3", 3, 7, text),
    "define_value of": lambda world, text: define_value(world.ida, "2.3", 3, 7, "x", gs1_code=text),
    "add_class": lambda world, text: add_class(world.ida, text, organization="IKEA"),
    "add_class of": lambda world, text: add_class(world.ida, "x", organization=text),
    "add_class with": lambda world, text: add_class(world.ida, "x", organization="IKEA", gtin=text),
    "add_class with what": lambda world, text: add_class(world.ida, "x", organization="IKEA", **{text: "x"}),
    "classes": lambda world, text: classes(world.ida, sku=text),
    "register_pointer": lambda world, text: register_pointer(world.ida, text, UUID(int=1)),
    "register_pointer of": lambda world, text: register_pointer(world.ida, "2.3.9", text),  # type: ignore[arg-type]
    "find_product": lambda world, text: find_product(world.ida, text),
    "find_products": lambda world, text: find_products(world.ida, [text]),
    "verify_pointer": lambda world, text: verify_pointer(world.ida, "UYtaAsvd6GL", text, "2.3.2"),
    "decode": lambda world, text: decode(world.ida, text),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_answers_or_refuses(office: World, rules: set[str], name: str) -> None:
    """With errors of ours alone, which say why in one line."""
    for text in HOSTILE.values():
        try:
            with undone(office.ada):
                CALLS[name](office, text)
        except PlingsError as refused:
            assert isinstance(refused, RegistryError | IdentityError | VaultError | SettingsError)
            assert not isinstance(refused, DatabaseUnavailable), refused
            _is_one_line(refused)


def test_names_that_look_alike_are_told_apart_and_one_name_is_one(office: World) -> None:
    with undone(office.ada):
        add_organization(office.ada, "Müller")
        for same in ("MÜLLER", "müller"):
            with pytest.raises(RegistryError, match="organizations_name"):
                add_organization(office.ada, same)
            assert [one.role for one in members(office.ada, same)] == []
        with pytest.raises(RegistryError, match="label_normalized"):
            add_organization(office.ada, "Mu\u0308ller")
        assert add_organization(office.ada, HOSTILE["homoglyphs"]).name != "IKEA"


@pytest.mark.parametrize(
    "blank",
    ["\u00a0", "\u2003", "\u3000", "\u200b", "\u2060", "\u3164", "\u115f", "\u2800", "\ufe0f", "\u034f", "\U000e0020"],
)
def test_what_cannot_be_seen_makes_no_other_name(office: World, blank: str) -> None:
    for name in (f"IKEA{blank}", f"{blank}IKEA"):
        with pytest.raises(RegistryError, match="label_"):
            add_organization(office.ada, name)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cr@et@nowhere.invalid/db",
        "postgresql://u:s3cr/et@nowhere.invalid/db",
        "postgresql://u:12/s3cret@nowhere.invalid/db",
        "postgresql://u:s3cr%zzet@nowhere.invalid/db",
        "postgresql://u:s3cret@127.0.0.1:1/db",
        "postgresql://u:s3cret@127.0.0.1:1:2/db",
        "postgresql://u:s3cret@127.0.0.1:99999999/db",
        "postgresql://u:s3cret@[::zz]/db",
        "postgresql://u:s3cret@127.0.0.1:1/db?sslmode=nonsense",
        "postgresql://u:s3cret@127.0.0.1:1/db?no_such_option=1",
        "postgresql://u:s3cret@127.0.0.1:1/db?connect_timeout=soon",
        "host=127.0.0.1 port=1 password='s3cret",
        "host=127.0.0.1 port=1 password=s3cret and more",
        "host=127.0.0.1 port=1 password=s3cret passfile=/nowhere",
        "mysql://u:s3cret@127.0.0.1/db",
        "postgresql://u:s3cret\0@127.0.0.1/db",
        "postgresql://u:s3cret\ud800@127.0.0.1/db",
        "postgresql://" + "s3cret" * 100_000,
        "",
        "\n",
        "service=nowhere password=s3cret",
    ],
)
def test_a_database_s_address_is_refused_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    for name in ("PGHOST", "PGSERVICE", "PGPORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGHOST", str(tmp_path))
    with pytest.raises((DatabaseUnavailable, SettingsError)) as refused:
        connect(url)
    told: BaseException | None = refused.value
    while told is not None:
        for part in ("s3cr", "et@"):
            assert part not in str(told)
        told = told.__cause__


def test_a_text_is_never_a_statement(office: World) -> None:
    """The tables are there, and so is everybody in them."""
    assert fetch(office.ada.connection, "SELECT count(*) > 5 AS many FROM registry.users") == [{"many": True}]
