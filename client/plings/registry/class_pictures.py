"""Pictures of classes, one each. They are found by their digest, which nobody can guess who has not seen the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from plings.errors import NotInRegistry, ValueRefused, shown
from plings.registry.classes import object_class
from plings.registry.database import Registry

if TYPE_CHECKING:
    from plings.pictures import ProductPicture


@dataclass(frozen=True)
class ClassPicture:
    """What there is to know of a class's picture without its bytes. `digest` is SHA-256, 64 hexadecimal digits."""

    class_id: UUID
    digest: str
    width_pixels: int
    height_pixels: int
    size_bytes: int
    created_at: datetime
    changed_at: datetime


def set_picture(registry: Registry, class_id: UUID, picture: ProductPicture) -> ClassPicture:
    """The picture of a class from now on, by an owner or admin of its organisation or a super-admin.

    Raises AccessDenied, NotInRegistry (`unknown_class`) and, for what is no product's picture, ValueRefused
    (`picture_bytes`, `picture_form`, `picture_sides`).
    """
    with registry.transaction():
        object_class(registry, class_id)
        sides = [picture.width_pixels, picture.height_pixels]
        return registry.records(ClassPicture, _SET, [class_id, picture.body, *sides])[0]


def remove_picture(registry: Registry, class_id: UUID) -> ClassPicture:
    """Takes the picture of a class away; what it was. Whoever keeps a copy still has it.

    Raises AccessDenied, NotInRegistry (`unknown_class`, `no_picture`).
    """
    with registry.transaction():
        object_class(registry, class_id)
        was = registry.record(ClassPicture, _REMOVE, [class_id])
        if was is None:
            raise NotInRegistry(f"class {class_id} has no picture", "no_picture")
        return was


def picture_of_class(registry: Registry, class_id: UUID) -> ClassPicture | None:
    """None for a class that has none, or that is not there."""
    return registry.record(ClassPicture, f"SELECT {_FACTS} FROM class_pictures WHERE class_id = %s", [class_id])


def picture_body(registry: Registry, digest: str) -> bytes:
    """The file of a digest (64 hexadecimal digits), if it is the picture of a class now. As it is in the database:
    `plings.pictures.read_product_picture` tells whether it is fit to be sent on.

    Raises NotInRegistry (`unknown_picture`), ValueRefused (`digest`).
    """
    if not _DIGEST.fullmatch(digest):
        raise ValueRefused(f"{shown(digest)} is no SHA-256 in 64 hexadecimal digits", "digest")
    row = registry.row("SELECT body FROM class_pictures WHERE digest = %s LIMIT 1", [bytes.fromhex(digest)])
    if row is None:
        raise NotInRegistry(f"no class has the picture {digest}", "unknown_picture")
    return bytes(row["body"])


_DIGEST: Final = re.compile("[0-9a-f]{64}")

_FACTS: Final = """
    class_id, encode(digest, 'hex') AS digest, width_pixels, height_pixels, octet_length(body) AS size_bytes,
    created_at, changed_at
"""

_SET: Final = f"""
    INSERT INTO class_pictures (class_id, body, width_pixels, height_pixels) VALUES (%s, %s, %s, %s)
    ON CONFLICT (class_id) DO UPDATE
    SET body = excluded.body, width_pixels = excluded.width_pixels, height_pixels = excluded.height_pixels
    RETURNING {_FACTS}
"""

_REMOVE: Final = f"DELETE FROM class_pictures WHERE class_id = %s RETURNING {_FACTS}"
