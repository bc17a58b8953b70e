"""What an instruction tells of its events: which field is which account or argument.

`@name` is an account, another word an argument (`code.path` a part of one), a word in quotes itself. What an optional
account or argument leaves open is not told. `?` before an event: only where a pool pays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from plings.indexer.decoder.calls import Given
from plings.indexer.decoder.codes import pointer_text
from plings.program.interface import PROGRAM_ID

_ABSENT: Final = bytes(PROGRAM_ID)
_CODE: Final = "path=code.path class_pointer=code.class_pointer solana_address=code.address"
_CREATED: Final = (
    f"ObjectCreated object=@object buyer=@buyer mint=@mint payment_amount=amount_lamports "
    f"transaction_type='first_payment' {_CODE}"
)
_PURCHASED: Final = (
    f"ObjectPurchased object=@object buyer=@buyer seller=@seller mint=@mint payment_amount=amount_lamports "
    f"transaction_type='purchase' {_CODE}"
)
_SPONSORED: Final = (
    "PaymentSponsored sponsor_pool=@sponsor_pool manufacturer=@manufacturer object=@object buyer=@buyer "
    "item_value=amount_lamports"
)
_CHANGED_CONFIG: Final = " ".join(
    f"{name}=changes.{name}"
    for name in (
        "platform_fee_bps", "micro_below_lamports", "batch_below_lamports",
        "checkpoint_payments", "checkpoint_seconds", "challenge_seconds",
    )
)  # fmt: skip
_POOL: Final = "sponsor_pool=@sponsor_pool"

_TOLD: Final = {
    "initialize_config": "ConfigInitialized authority=@authority platform_treasury=@platform_treasury "
    "platform_fee_bps=platform_fee_bps",
    "update_config": f"ConfigUpdated platform_treasury=@platform_treasury {_CHANGED_CONFIG}",
    "transfer_authority": "AuthorityOffered authority=@authority new_authority=new_authority",
    "accept_authority": "AuthorityTransferred authority=@new_authority",
    "pause": "ProgramPaused authority=@authority",
    "unpause": "ProgramUnpaused authority=@authority",
    "register_manufacturer": "ManufacturerRegistered manufacturer=@manufacturer identity_key=@identity prefix=prefix "
    "authority=@authority treasury=@treasury price_floor_lamports=registration.price_floor_lamports "
    "royalty_bps=registration.royalty_bps require_signed_tags=registration.require_signed_tags "
    "shard_bits=registration.shard_bits",
    "update_manufacturer": "ManufacturerUpdated manufacturer=@manufacturer authority=@new_authority "
    "treasury=@treasury price_floor_lamports=changes.price_floor_lamports royalty_bps=changes.royalty_bps "
    "require_signed_tags=changes.require_signed_tags status=changes.status",
    "set_class_terms": "ClassTermsSet manufacturer=@manufacturer class_pointer=class_pointer "
    "path_to_pointer=path_to_pointer price_floor_lamports=terms.price_floor_lamports tier=terms.tier "
    "tag_demand=terms.tag_demand printed_demand=terms.printed_demand",
    "commit_batch": "BatchCommitted printed_batch=@printed_batch manufacturer=@manufacturer "
    "path_to_batch=commitment.batch class_pointer=commitment.class_pointer root=commitment.root "
    "created_at_unix=commitment.created_at_unix",
    "prove_printed": "PrintedItemClaimed printed_batch=@printed_batch index=index",
    "list_for_sale": "ListedForSale object=@object owner=@owner asking_price_lamports=asking_price_lamports "
    "ends_at_unix=ends_at_unix",
    "cancel_listing": "ListingCancelled object=@object owner=@owner",
    "transfer_ownership": "OwnershipTransferred object=@object previous_owner=@owner owner=@new_owner mint=@mint",
    "refund_deposit": f"DepositRefunded object=@object recipient=@recipient amount_lamports=amount_lamports {_CODE}",
    "open_payment_log": "PaymentLogOpened payment_log=@payment_log manufacturer=@manufacturer shard=shard",
    "sweep_payment_log": "PaymentLogSwept payment_log=@payment_log",
    "create_checkpoint": "CheckpointCreated checkpoint=@checkpoint payment_log=@payment_log",
    "replay_ownership_proof": "OwnershipProofReplayed original_transaction=original_transaction path=leaf.code.path "
    "class_pointer=leaf.code.class_pointer solana_address=leaf.code.address kind=leaf.kind actor=leaf.actor "
    "owner=leaf.owner payment_amount=leaf.amount_lamports timestamp=leaf.timestamp number=leaf.number",
    "create_shared_batch_account": "BatchAccountCreated batch_account=@batch_account manufacturer=@manufacturer "
    "rent_payer=@payer",
    "sweep_batch_account": "BatchAccountSwept batch_account=@batch_account rent_payer=@rent_payer",
    "initialize_sponsor_pool": f"SponsorPoolInitialized {_POOL} manufacturer=@manufacturer terms=terms",
    "fund_sponsor_pool": f"SponsorPoolFunded {_POOL} funder=@funder amount_lamports=amount_lamports",
    "update_sponsor_pool": f"SponsorPoolUpdated {_POOL} terms=terms",
    "close_sponsor_pool": f"SponsorPoolClosed {_POOL} manufacturer=@manufacturer",
    "return_sponsored_rent": "SponsoredRentReturned manufacturer=@manufacturer object=@object "
    "token_account=@token_account",
    "promote_to_object": "PromotionClaimed object=@object promotion=@promotion claimant=@claimant "
    f"payment_log=@payment_log owner=leaf.owner number=leaf.number {_CODE}",
    "challenge_promotion": "PromotionChallenged object=@object promotion=@promotion challenger=@payer "
    "owner=leaf.owner number=leaf.number",
}
"""Those which always tell one event."""

_BY_CASE: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "handle_payment": {"created": (_CREATED,), "purchased": (_PURCHASED,)},
    "process_payment": {"created": (_CREATED, f"?{_SPONSORED}"), "purchased": (_PURCHASED,)},
    "sponsored_payment": {"created": (_CREATED, f"?{_SPONSORED}"), "purchased": ()},
    "finalize_promotion": {
        "created": (
            "?PaymentSponsored sponsor_pool=@sponsor_pool manufacturer=@manufacturer object=@object buyer=@owner",
            "ObjectPromoted object=@object owner=@owner mint=@mint",
        )
    },
}
"""Those whose events depend on what the object was before."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An event that an instruction tells, and its fields' sources."""

    event: str
    if_sponsored: bool
    sources: Mapping[str, str]

    def fields(self, given: Given) -> dict[str, Any]:
        """What the instruction says of the event's fields."""
        found = ((name, _value(source, given)) for name, source in self.sources.items())
        return {name: value for name, value in found if value is not None}


def _rule(text: str) -> Rule:
    event, *fields = text.split()
    sources = dict(field.split("=", 1) for field in fields)
    return Rule(event.lstrip("?"), event.startswith("?"), sources)


_RULES: Final = {name: {"": (_rule(text),)} for name, text in _TOLD.items()} | {
    name: {case: tuple(map(_rule, texts)) for case, texts in cases.items()} for name, cases in _BY_CASE.items()
}


def rules_of(given: Given, *, makes_account: bool, is_sponsored: bool) -> tuple[Rule, ...]:
    """The events of an instruction that put nothing into a log.

    `makes_account`: it made the object's account; `is_sponsored`: a pool paid its rent.
    """
    cases = _RULES.get(given.name, {})
    if "" in cases:
        return cases[""]
    case = "created" if given.name == "finalize_promotion" or makes_account else "purchased"
    return tuple(rule for rule in cases.get(case, ()) if is_sponsored or not rule.if_sponsored)


def _value(source: str, given: Given) -> Any:
    if source[0] == "'":
        return source.strip("'")
    if source[0] == "@":
        key = given.accounts[source[1:]]
        return None if key == _ABSENT else key
    value: Any = given.arguments
    name = source
    for name in source.split("."):
        value = value.get(name) if value is not None else None
    return pointer_text(value) if name == "class_pointer" and isinstance(value, bytes) else value
