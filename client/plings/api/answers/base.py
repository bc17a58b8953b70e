"""What the shapes share: exactly these members, each described, keys and signatures as text."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

ADDRESS: Final = "244SQyMK1FqHtNPvJ37fCc2yFsVSR2V7Wqq2b7rto5LL"
"""For examples."""
OTHER_ADDRESS: Final = "6xSDBscQs35FzcFHZ5jzvYtwEnGXpoqzS779G61fnhXP"
LOG: Final = "8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR"
SIGNATURE: Final = "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW"

BASE58: Final = "^[1-9A-HJ-NP-Za-km-z]+$"
MOST: Final = 2**63 - 1
"""Of what the database counts."""

Key = Annotated[
    str,
    Field(description="32 bytes in base58", min_length=32, max_length=44, pattern=BASE58, examples=[ADDRESS]),
]
Signature = Annotated[
    str,
    Field(description="64 bytes in base58", min_length=64, max_length=88, pattern=BASE58, examples=[SIGNATURE]),
]
Unix = Annotated[int, Field(description="unix seconds", ge=0, le=MOST, examples=[1_750_000_000])]
Slot = Annotated[int, Field(description="slot of the chain", ge=0, le=MOST, examples=[312_000_000])]
Number = Annotated[int, Field(description="of a leaf in its payment log, from 0", ge=0, le=MOST, examples=[41])]
Lamports = Annotated[int, Field(description="lamports: 1,000,000,000 are 1 SOL", ge=0, examples=[2_000_000])]
PathText = Annotated[str, Field(description="the object's path", max_length=96, examples=["2.3.2.G.3j"])]
PointerText = Annotated[
    str, Field(description="the class pointer", min_length=11, max_length=11, examples=["UYtaAsvd6GL"])
]
Cursor = Annotated[
    str | None,
    Field(description="gives the next page, of the same question alone; null where this was the last"),
]


class Answer(BaseModel):
    """The base of all shapes. Nothing is left out of an answer: what is not there is null."""

    model_config = ConfigDict(extra="forbid", frozen=True)
