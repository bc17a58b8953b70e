"""Node files: a manufacturer's own node (delegation `full`), with which it prints and signs, and nobody's else.

A JSON object that only its owner may read: format, version, prefix, and key and chain code in hexadecimal.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from plings.errors import PathError, SettingsError, VaultError, shown
from plings.identity import ClassPath, Identity, Node
from plings.vaults.private_file import read_private, write_new

FORMAT: Final = "plings-node"
VERSION: Final = 1
LONGEST_FILE: Final = 4096

_HEXADECIMAL: Final = frozenset("0123456789abcdef")


def write_node_file(file: Path, identity: Identity) -> None:
    """Make `file` with mode 0600. Raises FileExistsError rather than overwrite, and OSError."""
    node = identity.node
    keys = {"key": node.key.hex(), "chain_code": node.chain_code.hex()}
    document = {"format": FORMAT, "version": VERSION, "prefix": identity.prefix.text, **keys}
    write_new(file, (json.dumps(document) + "\n").encode("ascii"))


def read_node_file(file: Path) -> Identity:
    """The identity in `file`, which has to be private. Raises SettingsError, which never holds any of its contents."""
    try:
        members = _members(read_private(file, LONGEST_FILE))
        return Identity(ClassPath(members["prefix"]), Node(_key(members["key"]), _key(members["chain_code"])))
    except OSError as error:
        raise _bad(file, f"it cannot be read: {error.strerror}") from error
    except (VaultError, PathError) as error:
        raise _bad(file, str(error)) from None
    except (ValueError, KeyError, RecursionError):
        raise _bad(file, "it is not what `plings vault node` writes") from None


def _members(content: bytes) -> dict[str, str]:
    members = json.loads(content)
    if (
        not isinstance(members, dict)
        or members.pop("format", None) != FORMAT
        or members.pop("version", None) != VERSION
    ):
        raise ValueError
    if members.keys() != {"prefix", "key", "chain_code"} or not all(isinstance(each, str) for each in members.values()):
        raise ValueError
    return members


def _key(text: str) -> bytes:
    if len(text) != 64 or not _HEXADECIMAL.issuperset(text):
        raise ValueError
    return bytes.fromhex(text)


def _bad(file: Path, reason: str) -> SettingsError:
    return SettingsError(f"node file {shown(str(file))}: {reason}")
