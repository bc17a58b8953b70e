"""What wallets and marketplaces want to know of an NFT (Metaplex JSON), and of an object that has none yet."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from plings.api.answers.base import Answer, PathText


class Attribute(Answer):
    """One property of the thing, for people."""

    trait_type: str = Field(examples=["Product"])
    value: str = Field(examples=["BILLY bookcase, white"])


class Metadata(Answer):
    """The metadata of an object's NFT: `properties.is_virtual` tells that there is none yet."""

    name: PathText
    symbol: str = Field(examples=["PLINGS"])
    description: str
    image: str = Field(description="the code as a picture, in a data URI")
    external_url: str = Field(description="the code")
    attributes: list[Attribute]
    properties: dict[str, Any] = Field(description="the object, its account, its owner and what made them so")
