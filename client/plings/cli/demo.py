from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.clusters import open_cluster
from plings.cli.keyfile import read_keypair
from plings.cli.options import Json
from plings.cli.output import Answer, answering

if TYPE_CHECKING:
    from plings.chain import Cluster
    from plings.cli.demo_page import Page
    from plings.demo import Actors

EMBEDDED = "embedded"
PICTURE = "demo.svg"


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings demo --out plings-demo")(demo)


def demo(
    cluster: Annotated[
        str,
        typer.Option(
            metavar="NAME|URL", help="Where to play: embedded is a whole cluster in this process, without a network."
        ),
    ] = EMBEDDED,
    authority: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="On another cluster: key file of the platform's authority."),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where codes and picture go; replaced if there.")] = Path(
        "plings-demo"
    ),
    as_json: Json = False,
) -> None:
    """Play the whole way of one object: print its code, check it offline, pay, own, sell.

    Every transaction runs on the real program, and what it did is read back. Another cluster than the embedded one
    must have the program and an airdrop faucet; the demo then uses fresh keys and a prefix that nobody has.
    """
    if cluster == EMBEDDED and authority:
        raise typer.BadParameter("the embedded cluster has an authority of its own", param_hint="--authority")
    with answering(as_json, cluster=cluster) as answer:
        import asyncio

        asyncio.run(_run(answer, cluster, authority, out))


async def _run(answer: Answer, name: str, authority: Path | None, out: Path) -> None:
    import asyncio

    from plings.cli.demo_page import Page
    from plings.cli.paper import Paper
    from plings.demo import play, report

    page = Page(None if answer.as_json else Paper(), name if name in (EMBEDDED, "localnet", "devnet") else "remote")
    scenes = []
    async with open_cluster(name) as cluster:
        actors = await _actors(cluster, name, authority)
        out.mkdir(parents=True, exist_ok=True)  # before anything is paid for
        page.open()
        async for scene in play(cluster, actors, out):
            scenes.append(scene)
            page.show(scene)
            await asyncio.sleep(0)  # an embedded cluster never waits, and an interrupt must come through
    facts = {"cluster": page.where, **report(scenes), "files": _files(page, out)}
    answer.give(facts, f"   wrote {len(facts['files'])} files to {out}")


async def _actors(cluster: Cluster, name: str, authority: Path | None) -> Actors:
    from plings.demo import find_authority, fresh_actors, known_actors

    if name != EMBEDDED:
        given = read_keypair(authority) if authority else None
        return await fresh_actors(cluster, await find_authority(cluster, given))
    from plings.chain import EmbeddedCluster
    from plings.program import PROGRAM_ID, program_binary

    actors = known_actors()
    assert isinstance(cluster, EmbeddedCluster)
    cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=actors.platform.pubkey())
    return actors


def _files(page: Page, out: Path) -> list[str]:
    """Writes the page as a picture, and lists all that was written."""
    picture = out / PICTURE
    picture.write_text(page.svg(), encoding="utf-8")
    return [str(file) for file in [*page.files, picture]]
