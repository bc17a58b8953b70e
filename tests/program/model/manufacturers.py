"""Manufacturers: registered once, their terms and their status, and terms of single classes."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule
from solders.instruction import Instruction

from fixtures.fix_program import address_of, rent
from plings.identity import parse_segment
from plings.program import instructions as ix
from plings.program import pda
from plings.program.accounts import ClassTerms, Manufacturer, PathPrefix, PrintedDemand, Status, TagDemand, Tier
from program.journey import Maker
from program.model.call import NO_ACCOUNT, SHORT, TAKEN, Call
from program.model.machine import Machine
from program.model.people import MADE_UP, MAKERS, Thing, codes_of, makers, next_maker, rarely, tag_of
from program.model.platform import PlatformRules, bosses
from program.model.state import Model, size_of

FLOORS = st.sampled_from((0, 1, 1_000, 1_000, 1_000_000))
ROYALTIES = st.sampled_from((0, 500, 2_500))
ROYALTIES_AND_TOO_MUCH = st.sampled_from((0, 1, 500, 500, 2_500, 2_500, 2_501))
BITS = {MAKERS[0]: 0, MAKERS[1]: 1, MAKERS[2]: 2}


class ManufacturerRules(PlatformRules):
    def register(self, maker: Maker, floor: int, royalty_bps: int) -> None:
        self._register(maker, None, floor, royalty_bps, BITS[maker], False, f"{maker.name} treasury", False)

    @rule(
        maker=makers,
        name=bosses,
        floor=FLOORS,
        royalty_bps=ROYALTIES_AND_TOO_MUCH,
        bits=st.sampled_from((None,) * 5 + (9,)),
        with_tags=rarely,
        treasury=st.sampled_from((None,) * 5 + ("alice", "alice", "nobody")),
        is_another_prefix=rarely,
    )
    def register_manufacturer(
        self,
        maker: Maker,
        name: str | None,
        floor: int,
        royalty_bps: int,
        bits: int | None,
        with_tags: bool,
        treasury: str | None,
        is_another_prefix: bool,
    ) -> None:
        bits = BITS[maker] if bits is None else bits
        treasury = treasury or f"{maker.name} treasury"
        self._register(maker, name, floor, royalty_bps, bits, with_tags, treasury, is_another_prefix)

    def _register(
        self,
        maker: Maker,
        name: str | None,
        floor: int,
        royalty_bps: int,
        bits: int,
        with_tags: bool,
        treasury: str,
        is_another_prefix: bool,
    ) -> None:
        boss = self.boss(name)
        prefix = next_maker(maker, True).prefix if is_another_prefix else maker.prefix
        prefix_address = pda.path_prefix_address(prefix)
        if is_another_prefix and prefix_address not in self.model.contents:
            return  # a registration for ever, which would leave a maker without its prefix
        wallet, index = map(parse_segment, prefix.split("."))
        content = Manufacturer(
            identity_key=maker.identity_key,
            authority=maker.authority.pubkey(),
            treasury=address_of(treasury),
            prefix=prefix,
            wallet=wallet,
            index=index,
            price_floor_lamports=floor,
            royalty_bps=royalty_bps,
            status=Status.ACTIVE,
            require_signed_tags=with_tags,
            shards=1 << bits,
            class_terms_count=0,
            registered_at_unix=self.model.now_unix,
        )
        instruction = ix.register_manufacturer(
            payer=boss.address,
            platform_authority=boss.address,
            identity_key=maker.identity_key,
            prefix=prefix,
            authority=content.authority,
            treasury=content.treasury,
            price_floor_lamports=floor,
            royalty_bps=royalty_bps,
            require_signed_tags=with_tags,
            shard_bits=bits,
        )
        against = {
            **boss.against(self.model),
            TAKEN: maker.account in self.model.contents or prefix_address in self.model.contents,
            "TreasuryNotFunded": self.has(treasury) < rent(0),
            "ShareTooHigh": royalty_bps > 2_500,
            "TooManyShards": bits > 8,
        }

        def effect(model: Model) -> None:
            model.top_up(boss.address, maker.account, size_of("Manufacturer"), content)
            whose = PathPrefix(maker.account, maker.identity_key)
            model.top_up(boss.address, prefix_address, size_of("PathPrefix"), whose)

        self.attempt(Call("register_manufacturer", (instruction,), against, effect), by=boss.name)

    @rule(
        maker=makers,
        name=st.sampled_from((None, None, None, "mallory", "platform authority")),
        floor=FLOORS,
        royalty_bps=ROYALTIES_AND_TOO_MUCH,
        with_tags=rarely,
    )
    def change_terms(self, maker: Maker, name: str | None, floor: int, royalty_bps: int, with_tags: bool) -> None:
        changes = {"price_floor_lamports": floor, "royalty_bps": royalty_bps, "require_signed_tags": with_tags}
        name = name or maker.name
        terms, authority = self.model.maker(maker), address_of(name)
        against = {
            NO_ACCOUNT: terms is None,
            "NotManufacturerAuthority": terms is not None and authority != terms.authority,
            "ShareTooHigh": royalty_bps > 2_500,
        }
        instruction = ix.update_manufacturer(authority=authority, identity_key=maker.identity_key, **changes)
        effect = lambda model: model.change(maker.account, **changes)  # noqa: E731
        self.attempt(Call("update_manufacturer", (instruction,), against, effect), by=name)

    @rule(
        maker=makers,
        name=st.sampled_from((None, None, None, "mallory", "platform authority", "platform heir")),
        status=st.sampled_from(Status),
        reinstates=st.booleans(),
    )
    def change_status(self, maker: Maker, name: str | None, status: Status, reinstates: bool) -> None:
        """Who is not active is mostly reinstated: otherwise all would be retired before long."""
        terms = self.model.maker(maker)
        if reinstates and terms and terms.status is not Status.ACTIVE:
            self._set_status(maker, self.boss(None).name, Status.ACTIVE)
        else:
            self._set_status(maker, name or maker.name, status)

    def _set_status(self, maker: Maker, name: str, status: Status) -> None:
        terms, signer = self.model.maker(maker), address_of(name)
        is_platform = signer == self.model.config.authority
        against = {
            NO_ACCOUNT: terms is None,
            "NotManufacturerAuthority": terms and not is_platform and signer != terms.authority,
            "StatusNotLowered": terms and not is_platform and status < terms.status,
        }
        instruction = ix.update_manufacturer(authority=signer, identity_key=maker.identity_key, status=status)
        effect = lambda model: model.change(maker.account, status=status)  # noqa: E731
        self.attempt(Call("update_manufacturer", (instruction,), against, effect), by=name)

    @rule(
        maker=makers,
        name=st.sampled_from((None, None, None, "mallory")),
        floor=FLOORS,
        demand=st.sampled_from((TagDemand.AS_MANUFACTURER,) * 3 + (TagDemand.WAIVED, TagDemand.DEMANDED)),
        tier=st.sampled_from((Tier.BY_VALUE,) * 3 + (Tier.MICRO, Tier.BATCH, Tier.OBJECT)),
        printed=rarely,
    )
    def set_class_terms(
        self, maker: Maker, name: str | None, floor: int, demand: TagDemand, tier: Tier, printed: bool
    ) -> None:
        """Of the class of all codes but one; `printed` codes are demanded."""
        name = name or maker.name
        pointer = codes_of(maker)[0].class_pointer
        address, signer = pda.class_terms_address(maker.account, pointer), address_of(name)
        terms = self.model.maker(maker)
        against = {
            NO_ACCOUNT: terms is None,
            "NotManufacturerAuthority": terms and signer != terms.authority,
            SHORT: address not in self.model.contents and self.has(name) < rent(size_of("ClassTerms")),
        }
        instruction = ix.set_class_terms(
            payer=signer,
            authority=signer,
            identity_key=maker.identity_key,
            path_to_pointer=f"{maker.prefix}.2",
            price_floor_lamports=floor,
            tier=tier,
            tag_demand=demand,
            printed_demand=PrintedDemand(printed),
        )
        content = ClassTerms(maker.account, pointer, floor, tier, demand, PrintedDemand(printed))

        def effect(model: Model) -> None:
            if address in model.contents:
                model.put(address, content)
                return
            model.top_up(signer, address, size_of("ClassTerms"), content)
            count = model.contents[maker.account].class_terms_count
            model.change(maker.account, class_terms_count=count + 1)

        self.attempt(Call("set_class_terms", (instruction,), against, effect), by=name)


class TermsOfPayments(Machine):
    """What every payment asks of a manufacturer."""

    def class_terms(self, maker: Maker, number: int) -> ClassTerms | None:
        pointer = codes_of(maker)[number].class_pointer
        return self.model.contents.get(pda.class_terms_address(maker.account, pointer))

    def floor_of(self, maker: Maker, number: int) -> int:
        own, general = self.class_terms(maker, number), self.model.maker(maker)
        return own.price_floor_lamports if own else general.price_floor_lamports if general else 0

    def demands_tag(self, maker: Maker, number: int) -> bool:
        own, general = self.class_terms(maker, number), self.model.maker(maker)
        if own and own.tag_demand is not TagDemand.AS_MANUFACTURER:
            return own.tag_demand is TagDemand.DEMANDED
        return bool(general and general.require_signed_tags)

    def tag(self, thing: Thing) -> Instruction:
        """The check of the signed tag that can be shown for it."""
        return ix.check_tag(code=tag_of(thing), identity_key=thing[0].identity_key)

    def against_tag(self, maker: Maker, thing: Thing, with_tag: bool) -> dict[str, object]:
        demands = self.demands_tag(maker, thing[1])
        return {
            "TagSignatureMissing": demands and not with_tag,
            "TagSignatureMismatch": demands and with_tag and thing[1] == MADE_UP,
        }

    def tier_of(self, maker: Maker, number: int) -> Tier:
        """What the class's terms say."""
        own = self.class_terms(maker, number)
        return own.tier if own else Tier.BY_VALUE

    def against_first(
        self, maker: Maker, number: int, lamports: int, tier: Tier, *, has_proof: bool = False
    ) -> dict[str, object]:
        """A first payment is one of `tier`; `has_proof` of printing before it."""
        highest, own = self.tier_of(maker, number), self.class_terms(maker, number)
        return {
            "BelowFloor": lamports < self.floor_of(maker, number),
            "AboveTier": highest is not Tier.BY_VALUE and tier > highest,
            "PrintedProofMissing": own and own.printed_demand is PrintedDemand.DEMANDED and not has_proof,
        }

    def against_payment(self, maker: Maker, lamports: int) -> dict[str, object]:
        terms = self.model.maker(maker)
        status = terms.status if terms else Status.ACTIVE
        return {
            "Paused": self.model.config.paused,
            "ManufacturerSuspended": status is Status.SUSPENDED,
            "ManufacturerCompromised": status is Status.COMPROMISED,
            "ManufacturerRetired": status is Status.RETIRED,
            "ZeroAmount": lamports == 0,
        }
