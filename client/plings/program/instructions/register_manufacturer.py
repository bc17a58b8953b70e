from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import config_address, manufacturer_address, path_prefix_address


def register_manufacturer(
    *,
    payer: Pubkey,
    platform_authority: Pubkey,
    identity_key: Pubkey,
    prefix: str,
    authority: Pubkey,
    treasury: Pubkey,
    price_floor_lamports: int = 0,
    royalty_bps: int = 0,
    require_signed_tags: bool = False,
    shard_bits: int = 0,
) -> Instruction:
    """Gives a path prefix (`2.3`) to an identity key, for ever.

    Signed by payer, platform authority and identity key. `authority` may change the terms afterwards, `treasury` is
    paid. Raises NotPlatformAuthority, InvalidPathLength, InvalidSegment, InvalidWallet, InvalidManufacturerIndex,
    TreasuryNotFunded, ShareTooHigh, TooManyShards.
    """
    accounts = {
        "payer": payer,
        "platform_authority": platform_authority,
        "identity": identity_key,
        "config": config_address(),
        "manufacturer": manufacturer_address(identity_key),
        "path_prefix": path_prefix_address(prefix),
        "authority": authority,
        "treasury": treasury,
    }
    registration = {
        "price_floor_lamports": price_floor_lamports,
        "royalty_bps": royalty_bps,
        "require_signed_tags": require_signed_tags,
        "shard_bits": shard_bits,
    }
    return build("register_manufacturer", accounts, {"prefix": prefix, "registration": registration})
