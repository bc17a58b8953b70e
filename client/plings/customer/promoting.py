"""The next step on an owner's way from a leaf or slot to an account and NFT, as a transaction to sign.

What is shown comes out of the index, each leaf with a proof that was checked; the program checks it again.
"""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.api.problems import Refused
from plings.customer.chain_facts import ChainFacts
from plings.customer.counter import Counter
from plings.customer.offering import offer
from plings.customer.shapes import Unsigned
from plings.customer.viewing import Facts
from plings.identity import ScanUrl
from plings.indexer import reading
from plings.objects import Standing
from plings.program import errors, instructions
from plings.program.instructions import ProvedLeaf
from plings.promotions import missing
from plings.proofs import Kind
from plings.registry import Registry


async def promote_by_wallet(counter: Counter, code: ScanUrl, owner: Pubkey, reference: Pubkey | None) -> Unsigned:
    """Claim, then what the claim lacks, then make it final.

    Raises Refused (not the owner's; nothing to do before a time), NotInRegistry for a leaf that no checkpoint covers,
    the program's refusals, ClusterError, RegistryError.
    """
    facts = await counter.facts(code)
    chain = facts.chain
    if chain is None or chain.standing is None:
        raise Refused(503, "chain_away", "the cluster gives no answer: ask again [chain_away]", retry_seconds=5)
    if chain.promotion is None:
        return await _claim(counter, facts, chain.standing, owner, reference)
    if chain.now_unix >= chain.promotion.final_at_unix:
        return await _finalize(counter, code, chain.standing, owner, reference)
    return await _challenge(counter, code, chain, chain.standing, owner, reference)


async def _claim(
    counter: Counter, facts: Facts, standing: Standing, owner: Pubkey, reference: Pubkey | None
) -> Unsigned:
    code = facts.code
    current = facts.index.ownership.current if facts.index and facts.index.ownership else None
    if standing.found is not None:
        raise Refused(409, "object_exists", "it has an account and NFT already [object_exists]")
    if current is None or current.owner != bytes(owner):
        raise Refused(409, "not_owner", "by its payment log it is not this account's [not_owner]", part="account")
    title = await counter.readers.ask(lambda reader: _title(reader, code))
    claiming = instructions.promote_to_object(
        payer=owner,
        claimant=owner,
        code=code,
        identity_key=standing.terms.manufacturer.identity_key,
        shown=title[0],
        shards=standing.terms.manufacturer.shards,
    )
    said = f"Claim an account and NFT for {code.path.text}"
    return await offer(counter, [claiming], owner, reference=reference, message=said, step="claim")


async def _challenge(
    counter: Counter, code: ScanUrl, chain: ChainFacts, standing: Standing, owner: Pubkey, reference: Pubkey | None
) -> Unsigned:
    title = await counter.readers.ask(lambda reader: _title(reader, code))
    assert chain.promotion is not None
    left = missing(chain.promotion.title, [one.leaf for one in title if one is not None])
    if not left:
        until = chain.promotion.final_at_unix
        raise Refused(409, "challenge_open", f"all is shown: it can be made final at {until} [challenge_open]")
    shown = next(one for one in title if one is not None and one.leaf == left[0])
    showing = instructions.challenge_promotion(
        payer=owner,
        code=code,
        identity_key=standing.terms.manufacturer.identity_key,
        shown=shown,
        shards=standing.terms.manufacturer.shards,
    )
    said = f"Show leaf {shown.leaf.number:,} for {code.path.text}"
    return await offer(counter, [showing], owner, reference=reference, message=said, step="challenge")


async def _finalize(
    counter: Counter, code: ScanUrl, standing: Standing, owner: Pubkey, reference: Pubkey | None
) -> Unsigned:
    async def final(with_pool: bool) -> Unsigned:
        finalizing: Instruction = instructions.finalize_promotion(
            payer=owner,
            owner=owner,
            code=code,
            identity_key=standing.terms.manufacturer.identity_key,
            with_pool=with_pool,
        )
        said = f"Get the NFT of {code.path.text}"
        return await offer(counter, [finalizing], owner, reference=reference, message=said, step="finalize")

    if standing.pool is None or not standing.pool.available_lamports:
        return await final(with_pool=False)
    try:
        return await final(with_pool=True)
    except errors.NotSponsored:
        return await final(with_pool=False)


def _title(registry: Registry, code: ScanUrl) -> list[ProvedLeaf | None]:
    """What the program is to be shown, in order. Raises Refused, NotInRegistry, StateRefused."""
    with registry.transaction():
        found = reading.ownership_of(registry, code)
        tenures = [one for one in found.history if not one.how.is_by_account] if found else []
        if not tenures:
            raise Refused(409, "not_owner", "by its payment log it is nobody's [not_owner]", part="account")
        if tenures[0].how is reading.How.SLOT_PAYMENT:
            return [None]
        return [_proved(registry, one) for one in tenures]


def _proved(registry: Registry, tenure: reading.Tenure) -> ProvedLeaf:
    assert tenure.payment_log is not None and tenure.number is not None
    receipt = reading.receipt(registry, tenure.payment_log, tenure.number)
    assert receipt.leaf.kind in (Kind.PAYMENT, Kind.TRANSFER)
    return ProvedLeaf(receipt.leaf, receipt.checkpoint.checkpoint_id, receipt.proof)
