from __future__ import annotations

from pathlib import Path as File
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import ClassId
from plings.cli.registry_page import lines, plain

if TYPE_CHECKING:
    from plings.registry.class_pictures import ClassPicture


@asking
def picture(
    desk: Desk,
    class_id: ClassId,
    file: Annotated[
        File | None, typer.Argument(metavar="FILE", help="PNG, JPEG, WebP, GIF, BMP or TIFF.", show_default=False)
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the picture away instead.")] = False,
) -> None:
    """Give a class the picture that customers see beside its name, or take it away.

    What is kept is a small WebP of it, upright, in 480 by 480 pixels and 20,000 bytes, without anything else that the
    file holds, such as where a photograph was taken.
    """
    from plings.registry.class_pictures import remove_picture, set_picture

    if (file is None) != remove:
        raise typer.BadParameter("give a FILE, or --remove", param_hint="FILE")
    if file is None:
        remove_picture(desk.registry, class_id)
        now = None
    else:
        from plings.pictures import product_picture

        now = set_picture(desk.registry, class_id, product_picture(file))
    shown = lines([("class", class_id), ("picture", picture_text(now) or "none")])
    desk.give({"class_id": str(class_id), "picture": picture_facts(now)}, shown)


def picture_text(one: ClassPicture | None) -> str | None:
    """`480 × 360 pixels, 18,204 bytes, 3fa4b2c1d0e9…`."""
    if one is None:
        return None
    return f"{one.width_pixels} × {one.height_pixels} pixels, {one.size_bytes:,} bytes, {one.digest[:12]}…"


def picture_facts(one: ClassPicture | None) -> dict[str, Any] | None:
    """The same for JSON; of which class it is, is said beside it."""
    if one is None:
        return None
    return {name: plain(value) for name, value in vars(one).items() if name != "class_id"}
