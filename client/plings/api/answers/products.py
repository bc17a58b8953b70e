"""What is sold: the product of a class pointer, and a class with all of its pointers."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from plings.api.answers.base import OTHER_ADDRESS, Answer, Key, PointerText

Price = Annotated[
    str, Field(description="exact, as decimal digits", pattern=r"^[0-9]+(\.[0-9]+)?$", examples=["49.9000"])
]
Currency = Annotated[str, Field(description="ISO 4217", pattern="^[A-Z]{3}$", examples=["EUR"])]
ClassId = Annotated[str, Field(description="the class's id", examples=["01890a5d-ac96-774b-bcce-b302099a8057"])]
ClassPathText = Annotated[str, Field(description="the class's path", max_length=92, examples=["2.3.2"])]
Status = Annotated[str, Field(examples=["active"])]
Gtin = Annotated[str, Field(description="GS1's number of the product", examples=["4006381333931"])]
Instant = Annotated[str, Field(description="ISO 8601, UTC", examples=["2026-01-31T12:00:00.000000Z"])]


class Product(Answer):
    """What a class pointer stands for. The statuses say whether the code is still what it was."""

    class_pointer: PointerText
    class_id: ClassId
    name: str = Field(examples=["BILLY bookcase, white"])
    sku: str | None
    gtin: Gtin | None
    category: str | None
    subcategory: str | None
    price_amount: Price | None
    price_currency: Currency | None
    class_status: Status
    pointer_status: Status
    path_to_pointer: ClassPathText
    manufacturer_name: str = Field(examples=["IKEA"])
    manufacturer_pubkey: Key = Field(description="the identity key, which the pointer hashes", examples=[OTHER_ADDRESS])
    prefix: str = Field(description="the manufacturer's, which all of its paths begin with", examples=["2.3"])
    manufacturer_status: Status
    wallet_status: Status


class RegisteredPointer(Answer):
    """A pointer of a class and what it hashes."""

    class_pointer: PointerText
    path_to_pointer: ClassPathText
    manufacturer_pubkey: Key
    status: Status
    created_at: Instant


class ProductClass(Answer):
    """A class: a product as its manufacturer sells it, under all pointers that it has or had."""

    model_config = ConfigDict(title="Class")

    class_id: ClassId
    name: str
    description: str | None
    sku: str | None
    gtin: Gtin | None
    parent_class_id: ClassId | None = Field(description="what it is a kind of")
    category: str | None
    subcategory: str | None
    status: Status
    price_amount: Price | None
    price_currency: Currency | None
    weight_grams: int | None
    dimensions_cm: str | None
    created_at: Instant
    updated_at: Instant
    pointers: list[RegisteredPointer] = Field(description="the newest first, at most 100")
