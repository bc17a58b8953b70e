"""A shop's folder: the bundle that it goes by, whose it takes, and what a network once told.

shop.json       the publisher's key, pinned at the first import, and which bundle is the current one
*.bundle        that bundle
told.sqlite     answers about pointers that no bundle had yet: see plings.shop.told
lock            held while a bundle is imported
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from plings.durable import write_whole
from plings.errors import ReceiptInvalid, SettingsError, ShopError, shown
from plings.identity import format_address
from plings.proofs.document import U64, read_document
from plings.shop.bundle import Bundle
from plings.shop.header import Header

FOLDER_VARIABLE: Final = "PLINGS_SHOP"
FORMAT: Final = "plings-shop"
VERSION: Final = 1
LONGEST_STATE: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class State:
    """What shop.json says: the pinned publisher's 32-byte key, and the current bundle by number, digest and name."""

    publisher_key: bytes
    sequence: int
    digest: bytes

    @property
    def file_name(self) -> str:
        return bundle_name(self.sequence, self.digest)


class ShopFolder:
    """A shop's folder, which may not be there yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def state_file(self) -> Path:
        return self.folder / "shop.json"

    @property
    def told_file(self) -> Path:
        return self.folder / "told.sqlite"

    def state(self) -> State | None:
        """What the last import left; None before the first. Raises ShopError."""
        try:
            with self.state_file.open("rb") as stream:
                text = stream.read(LONGEST_STATE + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ShopError("shop folder", "not_read", f"shop.json cannot be read: {error.strerror}") from error
        try:
            members = read_document(text, "shop.json", FORMAT, VERSION).members(("publisher_key", "sequence", "digest"))
            key, digest = members["publisher_key"].key(), members["digest"].key()
            return State(key, members["sequence"].number(U64), digest)
        except ReceiptInvalid as error:
            raise ShopError(error.part, error.rule, error.reason) from error

    def open_bundle(self) -> Bundle:
        """The current bundle, verified as far as `Bundle` does. Raises ShopError, rule `no_bundle` before an import."""
        state = self.state()
        if state is None:
            raise ShopError(f"shop folder {shown(str(self.folder), 200)}", "no_bundle", "no bundle was imported yet")
        bundle = Bundle.open(self.folder / state.file_name, state.publisher_key)
        if bundle.digest != state.digest or bundle.header.sequence != state.sequence:
            bundle.close()
            raise ShopError("bundle", "other_content", "it is not the bundle that was imported last: import it again")
        return bundle

    def keep(self, publisher_key: bytes, header: Header, digest: bytes) -> None:
        """Makes the bundle of that name the current one, at once and for good, and removes all others."""
        members = {
            "format": FORMAT,
            "version": VERSION,
            "publisher_key": format_address(publisher_key),
            "sequence": header.sequence,
            "digest": format_address(digest),
        }
        write_whole(self.state_file, (json.dumps(members) + "\n").encode("ascii"))
        for left in [*self.folder.glob("*.bundle"), *self.folder.glob("*.bundle.new")]:
            if left.name != bundle_name(header.sequence, digest):
                with suppress(OSError):  # whoever reads it goes on reading; the next import tries again
                    left.unlink()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The folder, made if need be, for one import at a time. Raises ShopError with rule `busy`, and OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise ShopError("shop folder", "busy", "another import is going on") from None
        finally:
            os.close(descriptor)


def default_folder() -> Path:
    """PLINGS_SHOP; else /var/lib/plings-shop for root and the user's own folder for data for others."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/lib/plings-shop")
    data = os.environ.get("XDG_DATA_HOME", "")
    try:
        return (Path(data) if os.path.isabs(data) else Path.home() / ".local" / "share") / "plings-shop"
    except RuntimeError as error:
        raise SettingsError(f"there is no home folder for data: set {FOLDER_VARIABLE}") from error


def bundle_name(sequence: int, digest: bytes) -> str:
    """A name for a bundle alone: two of one number have two names."""
    return f"{sequence}-{digest.hex()[:16]}.bundle"
