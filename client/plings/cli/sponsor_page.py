"""What the commands tell of a sponsor pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plings.cli.amounts import MOST_LAMPORTS, both

if TYPE_CHECKING:
    from plings.sponsors import FoundPool, PoolTerms


def maybe(lamports: int | None) -> str:
    """An amount, or a dash where the node kept no record."""
    return "-" if lamports is None else both(lamports)


def terms_facts(terms: PoolTerms) -> dict[str, int]:
    """For JSON."""
    return {
        "per_item_lamports": terms.per_item_lamports,
        "minimum_value_lamports": terms.minimum_value_lamports,
        "maximum_value_lamports": terms.maximum_value_lamports,
    }


def terms_lines(terms: PoolTerms) -> list[tuple[str, object]]:
    """For people."""
    highest = terms.maximum_value_lamports
    return [
        ("for an object", f"at most {both(terms.per_item_lamports)}"),
        ("payments from", both(terms.minimum_value_lamports)),
        ("to", "any amount" if highest == MOST_LAMPORTS else both(highest)),
    ]


def pool_facts(found: FoundPool) -> dict[str, Any]:
    """For JSON."""
    pool = found.pool
    return {
        "sponsor_pool": str(found.address),
        "available_lamports": found.available_lamports,
        "rent_lamports": found.rent_lamports,
        **terms_facts(found.terms),
        "sponsored_lamports": pool.sponsored_lamports,
        "sponsored_count": pool.sponsored_count,
        "returned_lamports": pool.returned_lamports,
    }


def pool_lines(found: FoundPool) -> list[tuple[str, object]]:
    """For people."""
    pool = found.pool
    return [
        ("sponsor pool", found.address),
        ("can spend", both(found.available_lamports)),
        ("own rent", both(found.rent_lamports)),
        *terms_lines(found.terms),
        ("paid so far", f"{both(pool.sponsored_lamports)} for {pool.sponsored_count:,} objects"),
        ("came back", both(pool.returned_lamports)),
    ]
