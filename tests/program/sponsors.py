"""What the tests of sponsor pools and of payments by value share: MAKER's pool, its instructions, a thief's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import SOL, World, address_of, mint_of, rent, token_account_of
from plings.chain import Account
from plings.identity import ScanUrl
from plings.program import instructions as ix
from plings.program import pda
from plings.program.accounts import SponsorPool
from plings.program.accounts.sponsor_pool import SPONSOR_POOL_BYTES
from plings.program.interface import TOKEN_PROGRAM_ID
from program.journey import MAKER, PLATFORM_TREASURY, TREASURIES, Maker

CODE, OTHER_CODE = MAKER.code("2.G.3j"), MAKER.code("2.G.3k")
POOL = pda.sponsor_pool_address(MAKER.account)
POOL_RENT = rent(SPONSOR_POOL_BYTES)
PER_ITEM, LEAST, MOST = 10_000_000, 1_000_000, 2 * SOL
TERMS = {"per_item_lamports": PER_ITEM, "minimum_value_lamports": LEAST, "maximum_value_lamports": MOST}
FUNDS = 10 * SOL
ONE = (1).to_bytes(8, "little")
MINT_TOKENS, TRANSFER, ACCOUNT_OWNER, CLOSE_ACCOUNT = range(4)
"""Token-2022's kinds of authority (TRANSFER is a mint's freeze authority)."""


# what people do


def opening(maker: Maker = MAKER, payer: str = "bob", **others: Any) -> Instruction:
    arguments = {"authority": maker.authority.pubkey(), "identity_key": maker.identity_key, **TERMS, **others}
    return ix.initialize_sponsor_pool(payer=address_of(payer), **arguments)


def funding(lamports: int = FUNDS, funder: str = "bob", maker: Maker = MAKER) -> Instruction:
    return ix.fund_sponsor_pool(funder=address_of(funder), identity_key=maker.identity_key, amount_lamports=lamports)


def change(maker: Maker = MAKER, **others: Any) -> Instruction:
    arguments = {"authority": maker.authority.pubkey(), "identity_key": maker.identity_key, **TERMS, **others}
    return ix.update_sponsor_pool(**arguments)


def closing(maker: Maker = MAKER, **others: Any) -> Instruction:
    arguments = {"authority": maker.authority.pubkey(), "manufacturer_treasury": maker.treasury.pubkey(), **others}
    return ix.close_sponsor_pool(identity_key=maker.identity_key, **arguments)


def sponsored(code: ScanUrl, buyer: str, lamports: int = SOL, **others: Any) -> Instruction:
    arguments: dict[str, Any] = {
        "identity_key": MAKER.identity_key,
        "manufacturer_treasury": MAKER.treasury.pubkey(),
        "platform_treasury": PLATFORM_TREASURY.pubkey(),
    }
    return ix.sponsored_payment(buyer=address_of(buyer), code=code, amount_lamports=lamports, **{**arguments, **others})


def by_value(code: ScanUrl, buyer: str, lamports: int = SOL, seller: str | None = None, **others: Any) -> Instruction:
    """process_payment with all that an account of the object's own needs; `others` are the builder's."""
    arguments: dict[str, Any] = {
        "identity_key": MAKER.identity_key,
        "treasuries": TREASURIES,
        "seller": address_of(seller) if seller else None,
    }
    return ix.process_payment(buyer=address_of(buyer), code=code, amount_lamports=lamports, **{**arguments, **others})


def returning(code: ScanUrl, previous_owner: str, **others: Any) -> Instruction:
    arguments = {"identity_key": MAKER.identity_key, "manufacturer_treasury": MAKER.treasury.pubkey(), **others}
    return ix.return_sponsored_rent(
        payment=pda.payment_address(code), previous_owner=address_of(previous_owner), **arguments
    )


# accounts


async def with_pool(world: World, maker: Maker = MAKER, lamports: int = FUNDS, **terms: Any) -> World:
    """The maker has a pool with so much in it."""
    await world.send(opening(maker, **terms))
    await pool_has(world, lamports, pda.sponsor_pool_address(maker.account))
    return world


async def pool_of(world: World, maker: Maker = MAKER) -> SponsorPool:
    return SponsorPool.decode((await world.account(pda.sponsor_pool_address(maker.account))).data)


async def pool_has(world: World, lamports: int, pool: Pubkey = POOL) -> None:
    """Make the pool have so much to spend, beyond its own rent."""
    world.put(pool, replace(await world.account(pool), lamports=POOL_RENT + lamports))


def lie_there(world: World, address: Pubkey, lamports: int) -> None:
    """Somebody sent lamports to an address that has no account yet."""
    world.put(address, Account(lamports, Pubkey.default(), b"", False))


# what a wallet sends to Token-2022


def token_call(owner: str, data: bytes, code: ScanUrl = CODE, *between: AccountMeta) -> Instruction:
    """An instruction for the owner's token account of the object's NFT, signed by the owner."""
    account = AccountMeta(token_account_of(owner, code), False, True)
    return Instruction(TOKEN_PROGRAM_ID, data, [account, *between, AccountMeta(address_of(owner), True, False)])


def burning(owner: str, code: ScanUrl = CODE) -> Instruction:
    return token_call(owner, bytes([8]) + ONE, code, AccountMeta(mint_of(code), False, True))


def closing_tokens(owner: str, code: ScanUrl = CODE, to: Pubkey | None = None) -> Instruction:
    return token_call(owner, bytes([9]), code, AccountMeta(to or address_of(owner), False, True))


def authority_to(owner: str, kind: int, new: Pubkey | None, code: ScanUrl = CODE) -> Instruction:
    named = bytes([1]) + bytes(new) if new else bytes(1)
    return token_call(owner, bytes([6, kind]) + named, code)


def excess_withdrawal(owner: str, code: ScanUrl = CODE) -> Instruction:
    return token_call(owner, bytes([38]), code, AccountMeta(address_of(owner), False, True))


def guarding_against_calls(owner: str, code: ScanUrl = CODE) -> list[Instruction]:
    """The owner makes room in the token account and has it refuse what programs do with it (CpiGuard)."""
    payer = [AccountMeta(address_of(owner), True, True), AccountMeta(Pubkey.default(), False, False)]
    return [
        token_call(owner, bytes([29]) + (11).to_bytes(2, "little"), code, *payer),
        token_call(owner, bytes([34, 0]), code),
    ]
