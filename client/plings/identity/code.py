"""Making codes: everything that is printed on one object, from the manufacturer's node alone."""

from __future__ import annotations

from plings.identity.class_pointer import ClassPointer, hash_class
from plings.identity.keys import Identity
from plings.identity.path import Path
from plings.identity.tag import sign_tag
from plings.identity.url import DEFAULT_HOST, ScanUrl


def make_code(
    identity: Identity, path: Path, kind: str = "q", signed: bool = False, host: str = DEFAULT_HOST
) -> ScanUrl:
    """The code of one object of `identity`, as a signed tag if asked.

    Raises PathError with rule `foreign` for another manufacturer's path, UrlError with rule `kind`, and SettingsError
    for a host that is none.
    """
    address = identity.instance(path).public_key
    pointer = ClassPointer(hash_class(identity.public_key, path.path_to_pointer))
    signature = sign_tag(identity.node, path, pointer, address) if signed else None
    return ScanUrl(kind, path, pointer, address, signature, host)
