from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.identity import class_pointer
from plings.program.accounts.class_terms import PrintedDemand, TagDemand, Tier
from plings.program.interface import build
from plings.program.pda import class_terms_address, manufacturer_address


def set_class_terms(
    *,
    payer: Pubkey,
    authority: Pubkey,
    identity_key: Pubkey,
    path_to_pointer: str,
    price_floor_lamports: int,
    tier: Tier = Tier.BY_VALUE,
    tag_demand: TagDemand = TagDemand.AS_MANUFACTURER,
    printed_demand: PrintedDemand = PrintedDemand.NONE,
) -> Instruction:
    """Gives one class a price floor, a tier and demands for signed tags and printed codes of its own.

    Signed by the manufacturer's authority and by the payer. Raises NotManufacturerAuthority, WrongPrefix, and the
    path's errors.
    """
    manufacturer = manufacturer_address(identity_key)
    pointer = class_pointer(bytes(identity_key), path_to_pointer)
    accounts = {
        "payer": payer,
        "authority": authority,
        "manufacturer": manufacturer,
        "class_terms": class_terms_address(manufacturer, pointer),
    }
    terms = {
        "price_floor_lamports": price_floor_lamports,
        "tier": int(tier),
        "tag_demand": int(tag_demand),
        "printed_demand": int(printed_demand),
    }
    arguments = {"class_pointer": list(pointer.value), "path_to_pointer": path_to_pointer, "terms": terms}
    return build("set_class_terms", accounts, arguments)
