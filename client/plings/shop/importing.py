"""Taking a bundle: all of it is verified before any of it counts, and what is refused leaves the shop as it was."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from plings.durable import sync_folder
from plings.errors import BundleRefused, ShopError
from plings.identity import format_address
from plings.shop.bundle import Bundle
from plings.shop.folder import ShopFolder, State, bundle_name
from plings.shop.header import Header
from plings.shop.rules import CLOCK_SECONDS
from plings.shop.whole import check_whole


def import_bundle(shop: ShopFolder, file: Path, now_unix: float, publisher_key: bytes | None = None) -> Header:
    """Makes the bundle in `file` the shop's, and tells its header. The current one again changes nothing,
    unless the shop's copy is damaged.

    The first import pins `publisher_key` (32 bytes), which has to be given then; later it may be, and has to be the
    same. Raises BundleInvalid for what is not the publisher's, damaged or malformed, BundleRefused for an older,
    expired or other publisher's bundle, ShopError with rule `no_publisher` or `busy`, and OSError when the disk is
    full.
    """
    with shop.locked():
        state = shop.state()
        key = _publisher(state, publisher_key)
        with Bundle.open(file, key) as offered:
            _check_times(offered.header, now_unix)
            if not _is_newer(state, offered) and _is_whole(shop):
                return offered.header
            return _take(shop, file, key, offered)


def _is_whole(shop: ShopFolder) -> bool:
    """Whether the current bundle is still what was imported: one that a disk damaged is taken again."""
    try:
        with shop.open_bundle() as current:
            check_whole(current)
    except ShopError:
        return False
    return True


def _take(shop: ShopFolder, file: Path, key: bytes, offered: Bundle) -> Header:
    """What is verified is the copy: the file may be changed by somebody else meanwhile."""
    kept = shop.folder / bundle_name(offered.header.sequence, offered.digest)
    new = kept.with_suffix(".bundle.new")
    try:
        with file.open("rb") as source, new.open("wb") as target:
            shutil.copyfileobj(source, target, 1024 * 1024)
            target.flush()
            os.fsync(target.fileno())
        with Bundle.open(new, key) as copy:
            if copy.digest != offered.digest:
                raise ShopError("bundle", "changed", "somebody changed the file while it was imported")
            check_whole(copy)
        os.replace(new, kept)
    finally:
        new.unlink(missing_ok=True)
    sync_folder(shop.folder)
    shop.keep(key, offered.header, offered.digest)
    return offered.header


def _publisher(state: State | None, given: bytes | None) -> bytes:
    if state is None:
        if given is None:
            reason = "the first import pins whose bundles are taken: name the publisher's key, as it told you"
            raise ShopError("publisher", "no_publisher", reason)
        return given
    if given is not None and given != state.publisher_key:
        pinned = format_address(state.publisher_key)
        reason = f"this shop takes bundles of {pinned} alone: another publisher's go into another folder"
        raise BundleRefused("publisher", "another_publisher", reason)
    return state.publisher_key


def _check_times(header: Header, now_unix: float) -> None:
    if header.expires_at_unix <= now_unix:
        raise BundleRefused("bundle", "expired", f"it expired {int(now_unix) - header.expires_at_unix} seconds ago")
    if header.created_at_unix > now_unix + CLOCK_SECONDS:
        reason = f"it is of {header.created_at_unix - int(now_unix)} seconds from now: is this machine's clock right?"
        raise BundleRefused("bundle", "future", reason)


def _is_newer(state: State | None, offered: Bundle) -> bool:
    """False for the very bundle that the shop has."""
    sequence = offered.header.sequence
    if state is None or sequence > state.sequence:
        return True
    if sequence < state.sequence:
        reason = f"it is number {sequence}, and the shop has number {state.sequence}: an older one is never taken again"
        raise BundleRefused("bundle", "older", reason)
    if offered.digest != state.digest:
        raise BundleRefused("bundle", "other_content", f"the shop has another bundle of the same number, {sequence}")
    return False
