from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from plings.cli.options import Prefix
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import lines
from plings.cli.replacing import replacing


def add_to(group: typer.Typer) -> None:
    group.command(epilog="Example:  plings registry instances 2.3 -o seen.csv")(instances)


@asking
def instances(
    desk: Desk,
    prefix: Prefix,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The .csv to write.")],
) -> None:
    """Write all objects that were noted below a prefix into a file, which `plings print audit` looks at.

    Whoever scans may note an object, so these are what codes claim, and not what was printed.
    """
    from plings.registry.instances import noted_instances

    count = 0
    with replacing(output) as out:
        out.write(b"path,class_pointer,address\n")
        for one in noted_instances(desk.registry, prefix):
            count += 1
            out.write(f"{one.path},{one.class_pointer},{one.address}\n".encode("ascii"))
    told = {"prefix": prefix, "file": str(output), "objects": count}
    desk.give(told, lines([("file", output), ("objects", count)]))
