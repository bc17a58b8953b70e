"""From a leaf or a slot to an account and an NFT: claimed, challenged by whoever knows more, made final."""

from plings.promotions.challenge import Challenge, challenge
from plings.promotions.claim import Claim, claim
from plings.promotions.finalize import Final, finalize
from plings.promotions.lookup import find_promotion
from plings.promotions.title import missing, title_of

__all__ = [
    "Challenge",
    "Claim",
    "Final",
    "challenge",
    "claim",
    "finalize",
    "find_promotion",
    "missing",
    "title_of",
]
