"""What a scanned code is: what it claims, whether that is so, what it is on, and whose that is."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from plings.api.answers.base import Answer, Key, PathText, PointerText
from plings.api.answers.ownership import Account
from plings.api.answers.products import Product, Status


class Manufacturer(Answer):
    """Who prints below a prefix."""

    prefix: str = Field(examples=["2.3"])
    name: str = Field(examples=["IKEA"])
    pubkey: Key | None = Field(description="the identity key; null where it is not known yet")
    status: Status


class ObjectAnswer(Answer):
    """What a code is. Whoever has the manufacturer's key needs nobody to tell them the grade: `plings url check`."""

    model_config = ConfigDict(title="Object")

    path: PathText
    class_pointer: PointerText
    address: Key
    url: str = Field(description="the code as it is printed", max_length=299)
    grade: str = Field(
        description="how far the code is what it claims, by the registry's key of the manufacturer",
        pattern="^(unknown manufacturer|counterfeit class|class genuine|tag genuine)$",
        examples=["class genuine"],
    )
    reasons: list[str] = Field(description="why, one line each")
    manufacturer: Manufacturer | None = Field(description="null where nobody is registered under the prefix")
    product: Product | None = Field(description="null where the class is not registered, or is another's")
    is_seen: bool = Field(description="whether anything on chain names this object")
    owner: Key | None = Field(description="null where nobody has it; /v1/ownership says how and since when")
    account: Account | None
