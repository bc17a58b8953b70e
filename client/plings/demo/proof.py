"""What must be true at the end, read back from the cluster."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from plings.chain import Cluster
from plings.demo.actors import Actors
from plings.demo.errors import Disproved
from plings.demo.scenes import Balance, Paid
from plings.identity import ScanUrl
from plings.objects import find_object
from plings.program.accounts import ObjectInstance, TokenAccount
from plings.program.interface import TOKEN_PROGRAM_ID
from plings.program.pda import mint_address, payment_address, token_account_address

MINT = struct.Struct("<I32sQBBI32s")
"""SPL Token's mint: authority there or not, authority, supply, decimals, initialized, freeze authority."""

Finding = tuple[str, bool]
"""A statement, and whether it holds."""


async def prove(cluster: Cluster, code: ScanUrl, actors: Actors, sales: list[Paid]) -> tuple[str, ...]:
    """The statements that were found true. Raises Disproved for the first that is not."""
    findings = [*await _object_findings(cluster, code, actors, sales), *await _nft_findings(cluster, code, actors)]
    return checked(findings)


def checked(findings: list[Finding]) -> tuple[str, ...]:
    """All statements. Raises Disproved for the first that does not hold."""
    for statement, holds in findings:
        if not holds:
            raise Disproved(f"not as it should be: {statement}")
    return tuple(statement for statement, _ in findings)


async def _object_findings(cluster: Cluster, code: ScanUrl, actors: Actors, sales: list[Paid]) -> list[Finding]:
    found = await find_object(cluster, code)
    if found is None:
        raise Disproved(f"there is no object at {payment_address(code)}")
    mint = mint_address(payment_address(code))
    as_printed = ObjectInstance(
        path=code.path.text,
        class_pointer=code.class_pointer,
        address=found.instance.address,
        owner=actors.second_buyer.pubkey(),
        mint=mint,
        asking_price_lamports=None,
        offer_ends_at_unix=0,
        listed_royalty_bps=0,
        listed_platform_fee_bps=0,
        created_at_unix=found.instance.created_at_unix,
    )
    is_as_printed = found.instance == as_printed and bytes(found.instance.address) == code.address
    return [
        ("the object's account holds what is printed, is owned by the second buyer, is not for sale", is_as_printed),
        ("the payment address and the mint are the ones derived from the code", _are_derived(code, sales)),
    ]


def _are_derived(code: ScanUrl, sales: list[Paid]) -> bool:
    address = payment_address(code)
    return all((sale.payment.payment_address, sale.payment.mint) == (address, mint_address(address)) for sale in sales)


async def _nft_findings(cluster: Cluster, code: ScanUrl, actors: Actors) -> list[Finding]:
    mint = mint_address(payment_address(code))
    holders = [token_account_address(buyer.pubkey(), mint) for buyer in (actors.second_buyer, actors.first_buyer)]
    account, *token_accounts = await cluster.accounts([mint, *holders])
    if account is None or account.owner != TOKEN_PROGRAM_ID or len(account.data) < MINT.size:
        raise Disproved(f"there is no Token-2022 mint at {mint}")
    authority, _, supply, decimals, initialized, _, _ = MINT.unpack_from(account.data)
    is_final = (authority, supply, decimals, initialized) == (0, 1, 0, 1)
    amounts = [TokenAccount.decode(held.data).amount if held else 0 for held in token_accounts]
    return [
        ("the NFT's supply is 1, and nobody can mint another", is_final),
        ("the second buyer holds it, and the first no longer", amounts == [1, 0]),
    ]


def money_findings(
    balances: tuple[Balance, ...], sales: list[Paid], rent_lamports: int, fees_lamports: int | None, shared: bool
) -> Iterator[Finding]:
    """The accounts of everybody add up. On a shared cluster others may have paid the platform meanwhile."""
    change = {balance.who: balance.change_lamports for balance in balances}
    if not all(sale.shares for sale in sales):
        return
    due = {who: sum(sale.shares[who] for sale in sales) for who in ("manufacturer", "platform")}
    received = change["platform"] == due["platform"] or (shared and change["platform"] > due["platform"])
    yield (
        "manufacturer and platform received their shares, to the lamport",
        received and (change["manufacturer"] == due["manufacturer"]),
    )
    if fees_lamports is not None:
        spent = change["first buyer"] + change["second buyer"]
        total = spent + sum(due.values()) + rent_lamports + fees_lamports
        yield "what the buyers spent is what the others got, the rent and the fees: nothing is lost", total == 0
