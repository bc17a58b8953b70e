from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from plings.cli.options import Host, Json, Url
from plings.cli.output import answering
from plings.identity import DEFAULT_HOST, ScanUrl


def write(
    url: Url,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="A .png or .svg; replaced if there.")],
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Write a code as a QR picture for printing. Refuses a text that is not a code.

    The word write may be left out.
    """
    with answering(as_json) as answer:
        code = ScanUrl.parse(url, host)
        from plings.pictures import write_qr

        write_qr(code.text, output)
        answer.give({"file": str(output), "url": code.text}, f"wrote {output}")
