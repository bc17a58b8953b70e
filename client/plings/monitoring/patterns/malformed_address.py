"""Addresses that cannot be what they are given as: of objects, of owners that they were given to, of treasuries.

The program checks none of these, and payments work all the same: the money goes where the path says. Not meant: an
owner that is a program's account, as shared wallets are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from plings.errors import AddressError
from plings.identity.address import format_address, parse_address
from plings.monitoring.key_rules import FAULTS, fault_of_object_key, fault_of_owner, well_known
from plings.monitoring.patterns.pattern import EVIDENCE, Pattern, Suspicion, Thresholds, evidence_of, some
from plings.registry.database import Connection, Row, fetch

_WHAT: Final = {
    "object": "codes of {of} were paid for whose address",
    "owner": "objects of {of} were given to an owner whose address",
    "treasury": "money goes to a treasury whose address",
}


def find(connection: Connection, thresholds: Thresholds) -> Iterator[Suspicion]:
    with connection.cursor(binary=True) as cursor:
        cursor.execute(b"SELECT object_no, address FROM looked_objects WHERE has_come")
        faults = [(number, fault) for number, key in cursor if (fault := fault_of_object_key(key)) is not None]
    asked: dict[str, Any] = {"numbers": [number for number, _ in faults], "faults": [fault for _, fault in faults]}
    if faults:
        yield from _suspicions("object", fetch(connection, _OBJECTS, asked | {"most": EVIDENCE}))
    for role in ("owner", "treasury"):
        yield from _suspicions(role, _parties(fetch(connection, _PARTIES[role])))


def _parties(rows: Iterable[Row]) -> Iterator[Row]:
    """Those that are malformed, by manufacturer and fault as the query for objects has them."""
    found: dict[tuple[str | None, str], list[Row]] = {}
    for row in rows:
        row["address"] = row["address"] if isinstance(row["address"], bytes) else _key(row["address"])
        fault = fault_of_owner(row["address"])
        if fault is not None:
            found.setdefault((row["prefix"], fault), []).append(row)
    for (prefix, fault), those in found.items():
        shown = [{**row, "address": row["address"].hex()} for row in those[-EVIDENCE:]]
        yield {"prefix": prefix, "fault": fault, "count": len(those), "evidence": shown}


def _suspicions(role: str, rows: Iterable[Row]) -> Iterator[Suspicion]:
    """One for each manufacturer and fault: whoever makes up addresses makes up many."""
    for row in rows:
        prefix, fault = row["prefix"], row["fault"]
        keys = [bytes.fromhex(one["address"]) for one in row["evidence"]]
        names = sorted({well_known()[key] for key in keys if key in well_known()})
        named = f" ({some(names)})" if fault == "well_known" else ""
        addresses = sorted(map(format_address, set(keys)))
        yield Suspicion(
            key=" ".join(filter(None, (role, prefix, fault))),
            severity="HIGH" if fault == "small_order" else "MEDIUM",
            message=f"{_WHAT[role].format(of=prefix)} {FAULTS[fault]}{named}: {some(addresses)}",
            evidence=evidence_of(row["evidence"]),
            details={"role": role, "fault": fault, "addresses": addresses, "in_this_look": row["count"]},
            prefixes=frozenset({prefix} if prefix else ()),
        )


def _key(text: str) -> bytes:
    """Of an event's field: a text that is no key's counts as all zeros."""
    try:
        return parse_address(text)
    except AddressError:
        return bytes(32)


_OBJECTS: Final = """
    WITH grouped AS (
        SELECT o.prefix, each.fault, count(*) AS count,
            (array_agg(o.object_no ORDER BY o.object_no DESC))[1:%(most)s] AS objects
        FROM unnest(%(numbers)s::bigint[], %(faults)s::text[]) AS each (object_no, fault)
        JOIN looked_objects AS o USING (object_no)
        GROUP BY o.prefix, each.fault
    )
    SELECT g.prefix, g.fault, g.count, (
        SELECT coalesce(json_agg(json_build_object('transaction_no', f.transaction_no, 'path', o.path,
            'wallet', encode(f.wallet, 'hex'), 'address', encode(o.address, 'hex')) ORDER BY f.transaction_no), '[]')
        FROM looked_objects AS o CROSS JOIN LATERAL (
            SELECT * FROM looked_facts AS f WHERE f.object_no = o.object_no ORDER BY f.transaction_no DESC LIMIT 1
        ) AS f WHERE o.object_no = ANY (g.objects)
    ) AS evidence
    FROM grouped AS g
    ORDER BY g.prefix, g.fault
"""
_PARTIES: Final = {
    "owner": """
        SELECT owner AS address, transaction_no, path, encode(wallet, 'hex') AS wallet,
            split_part(path, '.', 1) || '.' || split_part(path, '.', 2) AS prefix
        FROM looked_parties WHERE owner IS NOT NULL ORDER BY transaction_no
    """,
    "treasury": """
        SELECT treasury AS address, transaction_no, NULL AS path, NULL AS wallet, NULL AS prefix
        FROM looked_parties WHERE treasury IS NOT NULL ORDER BY transaction_no
    """,
}

PATTERN = Pattern(
    name="malformed_address",
    title="addresses that no key can have",
    meaning="Somebody pays for codes whose address is no key: not from a manufacturer's printing line, which derives "
    "them. Or something was given to an address that nobody can sign for: it is lost, and a treasury's money with it.",
    remedy="Payments were routed by the path and arrived. Take such codes out of the shops' bundles, and demand signed "
    "tags for the class. A treasury: plings registry manufacturer --help; what was given away cannot come back.",
    sees_whole=False,
    find=find,
)
