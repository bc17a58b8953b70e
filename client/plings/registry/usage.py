"""How much of each wallet is used, and how it fares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from plings.registry.database import Registry, columns
from plings.registry.manufacturers import manufacturer
from plings.registry.wallets import wallet as wallet_of


@dataclass(frozen=True)
class WalletUsage:
    """Active allocations of a wallet: how many, of how many identifiers, by how many active manufacturers."""

    version_id: int
    version_name: str
    environment: str
    status: str
    total_paths: int
    total_identifiers: int
    active_manufacturers: int
    last_allocation: datetime | None


@dataclass(frozen=True)
class AllocationStatistics:
    """Allocations of one kind and status in a wallet, and how many identifiers they hold together."""

    wallet_version: int
    allocation_type: str
    status: str
    allocations: int
    total_instances: int


@dataclass(frozen=True)
class HealthDay:
    """A wallet's day (UTC). The response time is the average of all verifications, in milliseconds."""

    metric_date: date
    allocations_count: int
    verifications_count: int
    error_count: int
    average_response_time_ms: int | None

    @property
    def error_rate(self) -> float:
        """The part of the verifications that failed, 0 to 1."""
        return self.error_count / self.verifications_count if self.verifications_count else 0.0


def wallet_usage(registry: Registry) -> list[WalletUsage]:
    """Every wallet's, by number. Raises AccessDenied for a manufacturer's own role."""
    return registry.records(WalletUsage, f"SELECT {columns(WalletUsage)} FROM wallet_usage_stats ORDER BY version_id")


def allocation_statistics(
    registry: Registry,
    *,
    wallet: int | str | None = None,
    prefix: str | None = None,
    status: str | None = None,
) -> list[AllocationStatistics]:
    """By wallet, kind and status: of a wallet, of a manufacturer's prefix, or of all that may be seen.

    Raises NotInRegistry for an unknown wallet or manufacturer.
    """
    asked: dict[str, Any] = {"status": status, "wallet": None, "index": None}
    if wallet is not None:
        asked["wallet"] = wallet_of(registry, wallet).version_id
    where = ["status = coalesce(%(status)s, status)", "wallet_version = coalesce(%(wallet)s, wallet_version)"]
    if prefix is not None:
        maker = manufacturer(registry, prefix)
        asked |= {"place": maker.wallet_version, "index": maker.manufacturer_index}
        where.append("wallet_version = %(place)s AND manufacturer_index = %(index)s")
    select = f"""
        SELECT wallet_version, allocation_type, status,
            sum(allocations)::bigint AS allocations, sum(total_instances)::bigint AS total_instances
        FROM allocation_statistics WHERE {" AND ".join(where)}
        GROUP BY wallet_version, allocation_type, status ORDER BY wallet_version, allocation_type, status
    """
    return registry.records(AllocationStatistics, select, asked)


def wallet_health(registry: Registry, wallet: int | str, *, days: int = 30) -> list[HealthDay]:
    """The last `days` days of a wallet on which anything happened, newest first. Raises NotInRegistry."""
    select = f"""
        SELECT {columns(HealthDay)} FROM wallet_health_metrics
        WHERE wallet_version = %s AND metric_date > (now() AT TIME ZONE 'UTC')::date - %s::integer
        ORDER BY metric_date DESC
    """
    return registry.records(HealthDay, select, [wallet_of(registry, wallet).version_id, days])
