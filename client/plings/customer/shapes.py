"""What the routes take and answer, beyond `plings.customer.view`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from plings.api.answers.base import Answer, Key, Signature, Slot
from plings.api.answers.problem import Problem

Base64 = Annotated[str, Field(description="a transaction in its wire form, base64", max_length=1_644)]


class Given(BaseModel):
    """The base of all bodies. What a wallet adds is not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class AccountGiven(Given):
    """Whose wallet asks."""

    account: str = Field(max_length=64, description="who signs and pays the fee: 32 bytes in base58")


class ListGiven(AccountGiven):
    """An offer."""

    asking_price_lamports: int = Field(ge=1, le=2**63 - 1, strict=True)
    days: int = Field(default=30, ge=1, le=365, strict=True, description="for how long it stands")


class GiveGiven(AccountGiven):
    """A gift."""

    new_owner: str = Field(max_length=64, description="32 bytes in base58")


class SignedGiven(Given):
    """A transaction that this server prepared and a wallet signed."""

    transaction: Base64


class Unsigned(Answer):
    """A transaction for `account` to sign. It succeeded in simulation. Its form is the one without address tables."""

    transaction: Base64
    message: str = Field(description="what it does, in one line")
    last_valid_block_height: int = Field(ge=0, description="after this block it cannot be taken up any more")
    step: str = Field(
        description="first_payment, purchase, batch_payment, micro_payment, list, cancel, give, claim, challenge, "
        "finalize",
        examples=["purchase"],
    )


class WalletProblem(Problem):
    """A refusal as wallets get it: `message` is what they show."""

    model_config = ConfigDict(title="WalletProblem")

    message: str


class SolanaPayLabel(Answer):
    """Who asks for a payment, as wallets show it."""

    label: str
    icon: str = Field(description="an absolute address")


class ActionParameter(Answer):
    name: str
    label: str
    type: Literal["number"]
    required: bool
    min: int


class LinkedAction(Answer):
    type: Literal["transaction"]
    href: str
    label: str
    parameters: list[ActionParameter] | None = None


class LinkedActions(Answer):
    actions: list[LinkedAction]


class ActionError(Answer):
    message: str


class Action(Answer):
    """What a blink shows."""

    type: Literal["action"]
    icon: str
    title: str
    description: str
    label: str
    disabled: bool
    links: LinkedActions | None = None
    error: ActionError | None = None


class ActionTransaction(Unsigned):
    """The same as Unsigned, in the form of Actions."""

    type: Literal["transaction"]


class ActionRule(Answer):
    pathPattern: str
    apiPath: str


class ActionRules(Answer):
    """Which addresses of this origin are Actions."""

    rules: list[ActionRule]


class PaymentState(StrEnum):
    """Where a payment is."""

    UNPAID = "unpaid"
    """nothing that names the reference was heard of, and what was offered can still be taken up"""
    SEEN = "seen"
    """a node has it, and a fork may still leave it out"""
    CONFIRMED = "confirmed"
    FINALIZED = "finalized"
    FAILED = "failed"
    """on chain, without effect but its fee"""
    EXPIRED = "expired"
    """what was offered last cannot be taken up any more. A wallet may have put in a newer blockhash: then it shows"""


class Followed(Answer):
    """Where the transaction with a reference is. `account` is who signed it; `reason` why it failed."""

    state: PaymentState
    signature: Signature | None
    slot: Slot | None
    account: Key | None
    reason: str | None


class Forwarded(Answer):
    """A transaction that was passed on: `/v1/payments` tells what becomes of it."""

    signature: Signature
