"""Every exception that plings raises.

PlingsError
├── IdentityError            a printed code, or a part of one, breaks a rule (nothing was sent anywhere)
│   ├── SegmentError         one segment of a path
│   ├── PathError            a path as a whole
│   ├── ClassPointerError    the 11 characters of `cp`
│   ├── AddressError         a 32-byte key in base58
│   ├── SeedError            a seed or derivation path for keys
│   ├── TagError             the signature `s` of a signed tag
│   ├── UrlError             the URL around them
│   ├── LegacyError          a path or URL with a dash class marker, or where it is to go
│   ├── GtinError            a product's number at GS1
│   ├── LinkError            a GS1 Digital Link
│   ├── EventError           what an EPCIS event would say
│   ├── InstancesError       the ranges of instances that are printed in a batch
│   ├── LabelError           a label that a code does not fit, or stock that there is not
│   └── PictureError         a picture that cannot be read, holds no code, or is not a product's as it should be
├── ProofError               what shows who paid or owns is malformed, or does not hold
│   ├── ReceiptInvalid       one part of a receipt, or of a checkpoint's file
│   ├── LeafRefused          a leaf that is not the log's next
│   └── CommitmentInvalid    one part of a printed batch's commitment, or of one code's proof in it
├── ShopError                what a shop knows offline cannot be used: `part` breaks `rule`
│   ├── BundleInvalid        a bundle is malformed, or not what its publisher signed
│   └── BundleRefused        a bundle that is whole is not taken: it is older, expired, or another publisher's
├── PrintingError            a printing job cannot begin, go on, or be read: what was printed stays as it is
├── SettingsError            a file, option or environment variable of ours
├── VaultError               a master key cannot be made, opened or used
├── RegistryError            the registry refused, and changed nothing
│   ├── AccessDenied           whoever acts may not do that
│   ├── ApprovalNeeded         it takes several people, who have not approved exactly this
│   ├── PathTaken              somebody holds a path of those that were asked for
│   ├── AlreadyRegistered      what is only there once is there
│   ├── NotInRegistry          what was named is not there
│   ├── ValueRefused           a value breaks a rule of its column
│   ├── StateRefused           a status or another fact of what is there forbids it
│   ├── LimitReached           a day's allocations, or all numbers below a path, are given
│   ├── PointerCollision       another class has the pointer
│   ├── MigrationRefused       legacy paths that have no place, or more than one: `problems` names each
│   └── DatabaseUnavailable    it could not be asked, or is not one of ours
├── PaymentInVain            nothing was sent: the payment would buy nothing
├── ClusterError             the cluster could not be asked, or is not the one meant
│   ├── NotRegistered        it was asked, and knows no such manufacturer, class, log or other account
│   └── LogError             what it tells of a payment log is not whole, or has not what was asked for
└── TransactionError         a transaction did not take effect; see plings.program.errors for the program's own
    ├── TransactionRefused     found to fail before it was sent: nothing was sent, nothing paid
    ├── TransactionFailed      failed on chain: nothing took effect but its fee
    ├── TransactionExpired     never taken up, and it cannot be any more
    └── TransactionUnresolved  sent, and no answer since: it MAY have taken effect, so never repeat it blindly
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from solders.pubkey import Pubkey
    from solders.signature import Signature

    from plings.dash.problems import Problem


class PlingsError(Exception):
    """The base of all errors of this package. Its text is one line, fit to show to a user."""


class IdentityError(PlingsError, ValueError):
    """`value` breaks `rule`, in the part of the code named `part`.

    `rule` is a stable lower-case identifier (`leading_one`), `reason` the same for people.
    """

    part = "code"

    def __init__(self, value: object, rule: str, reason: str) -> None:
        self.value = value
        self.rule = rule
        self.reason = reason
        super().__init__(f"{self.part} {shown(value)}: {reason} [{rule}]")


class SegmentError(IdentityError):
    part = "segment"


class PathError(IdentityError):
    part = "path"


class ClassPointerError(IdentityError):
    part = "class pointer"


class AddressError(IdentityError):
    part = "address"


class SeedError(IdentityError):
    part = "seed"


class TagError(IdentityError):
    part = "tag signature"


class UrlError(IdentityError):
    part = "url"


class LegacyError(IdentityError):
    part = "legacy code"


class GtinError(IdentityError):
    part = "GTIN"


class LinkError(IdentityError):
    part = "GS1 link"


class EventError(IdentityError):
    part = "event"


class InstancesError(IdentityError):
    part = "instances"


class LabelError(IdentityError):
    part = "label"


class PictureError(IdentityError):
    part = "picture"


class ProofError(PlingsError, ValueError):
    """`part` breaks `rule`, a stable lower-case identifier; `reason` is the same for people."""

    def __init__(self, part: str, rule: str, reason: str) -> None:
        self.part = part
        self.rule = rule
        self.reason = reason
        super().__init__(f"{part}: {reason} [{rule}]")


class ReceiptInvalid(ProofError):
    """A receipt is malformed or contradicts itself. `part` is a dotted name: `receipt.leaf.number`."""


class LeafRefused(ProofError):
    """A leaf is of another log (rule `another_log`) or not the next one (rule `number`)."""


class CommitmentInvalid(ProofError):
    """A batch's commitment or a code's proof is malformed, or does not hold. `part` is as in `item.commitment.root`."""


class ShopError(PlingsError):
    """`part` breaks `rule`, a stable lower-case identifier; `reason` is the same for people."""

    def __init__(self, part: str, rule: str, reason: str) -> None:
        self.part = part
        self.rule = rule
        self.reason = reason
        super().__init__(f"{part}: {reason} [{rule}]")


class BundleInvalid(ShopError):
    """A shop's bundle is malformed, damaged, or not what its publisher signed. `part` is such as `bundle.index`."""


class BundleRefused(ShopError):
    """A bundle holds, and is not taken: rule `older`, `other_content`, `expired`, `future` or `another_publisher`."""


class PrintingError(PlingsError):
    """A printing job cannot begin or go on, or its files are not what it wrote. `rule` is a stable identifier."""

    def __init__(self, text: str, rule: str) -> None:
        self.text = text
        self.rule = rule
        super().__init__(f"{text} [{rule}]")

    def __reduce__(self) -> tuple[type[PrintingError], tuple[str, str]]:
        return type(self), (self.text, self.rule)  # workers send it


class SettingsError(PlingsError):
    """A file, option or environment variable is missing or malformed."""


class VaultError(PlingsError):
    """A master key cannot be made, opened or used. Its text never holds a key, a seed or a passphrase."""


class RegistryError(PlingsError):
    """The registry refused, and changed nothing. `rule` is a stable lower-case identifier.

    Only with rule `unresolved`, when the connection was lost while it committed, may it have been done: look first.
    """

    def __init__(self, text: str, rule: str) -> None:
        self.rule = rule
        super().__init__(f"{text} [{rule}]")


class AccessDenied(RegistryError):
    """Whoever acts may not do that, or nobody acts."""


class ApprovalNeeded(RegistryError):
    """It takes several super-admins, who have not approved exactly this; or the approval is spent or too old."""


class PathTaken(RegistryError):
    """Somebody holds a path of those that were asked for. Who, is not told."""


class AlreadyRegistered(RegistryError):
    """A name, number, key, pointer or other value that is only there once is there. `rule` names the constraint."""


class NotInRegistry(RegistryError):
    """What was named is not there."""


class ValueRefused(RegistryError):
    """A value breaks a rule of its column. `rule` names the constraint."""


class StateRefused(RegistryError):
    """The status of what is there, or that it never changes, forbids it."""


class LimitReached(RegistryError):
    """A day's allocations of a wallet, or all numbers below a path, are given."""


class PointerCollision(RegistryError):
    """Another class has the class pointer. See `plings.registry.collisions`."""


class MigrationRefused(RegistryError):
    """Legacy paths have no place, or more than one, and nothing was changed. `problems` has each, as
    `plings.dash.Problem`; `rule` is the first one's."""

    def __init__(self, text: str, rule: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(text, rule)
        self.problems = problems


class DatabaseUnavailable(RegistryError):
    """The database could not be asked, is too old, or has not our tables."""


class PaymentInVain(PlingsError):
    """A payment would be taken and buy nothing, so it was not sent."""


class ClusterError(PlingsError):
    """The cluster could not be asked, or is not the one that was meant."""


class NotRegistered(ClusterError):
    """The cluster knows no manufacturer of a code, another class pointer for its path, or no payment log for it.

    Also: no batch account for a path, no sponsor pool of a manufacturer, no checkpoint or promotion.
    """


class LogError(ClusterError):
    """A payment log cannot be rebuilt from what the cluster tells of it, or does not hold, prove or give to somebody
    what was asked for."""


@dataclass(frozen=True)
class Failure:
    """Why a transaction failed, as the cluster tells it."""

    name: str
    """The cluster's own word: `Custom`, `InvalidAccountData`, `InsufficientFundsForFee`, …"""
    text: str
    """One line for people. Holds words of other programs' logs, escaped."""
    instruction_index: int | None = None
    """Position from 0 in the list given to `send`; None when the transaction failed as a whole."""
    program_id: Pubkey | None = None
    """The innermost program that failed, which may be one that the instruction's program called; None when the
    logs that would name it are missing. Never a guess: a custom code means nothing without its program."""
    custom_code: int | None = None
    """That program's own number, when `name` is `Custom`."""
    logs: tuple[str, ...] = ()


class TransactionError(PlingsError):
    """A transaction did not take effect, or (TransactionUnresolved alone) is not known to have.

    `signature` is None when nothing was sent. `failure` is None when it is not a failure that stopped it.
    """

    may_take_effect: ClassVar[bool] = False

    def __init__(self, text: str, *, signature: Signature | None = None, failure: Failure | None = None) -> None:
        self.signature = signature
        self.failure = failure
        super().__init__(text)

    @property
    def error_text(self) -> str:
        return self.failure.text if self.failure else str(self)

    @property
    def instruction_index(self) -> int | None:
        return self.failure.instruction_index if self.failure else None

    @property
    def program_id(self) -> Pubkey | None:
        return self.failure.program_id if self.failure else None

    @property
    def custom_code(self) -> int | None:
        return self.failure.custom_code if self.failure else None

    @property
    def logs(self) -> tuple[str, ...]:
        return self.failure.logs if self.failure else ()


class TransactionRefused(TransactionError):
    """Found to fail, or not to be sendable at all, before it was sent. Nothing was sent, nothing paid."""


class TransactionFailed(TransactionError):
    """It is on chain and failed there. Nothing of it took effect, but its fee is paid."""


class TransactionExpired(TransactionError):
    """No block took it up while its blockhash was valid. It did not take effect and cannot any more."""


class TransactionUnresolved(TransactionError):
    """It was sent, or may have been, and the cluster could not be asked since. It may have taken effect or may yet.

    Ask `Cluster.outcome(signature, last_valid_block_height=…)` again, and send nothing in its place until that answers.
    """

    may_take_effect = True

    def __init__(self, text: str, *, signature: Signature, last_valid_block_height: int) -> None:
        self.last_valid_block_height = last_valid_block_height
        super().__init__(text, signature=signature)


def shown(value: object, limit: int = 80) -> str:
    """`value` for an error message: escaped, quoted and cut at `limit` characters."""
    text = value if isinstance(value, str) else repr(value)
    return ascii(text if len(text) <= limit else text[:limit] + "…")
