from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.amounts import both
from plings.cli.app import show_help
from plings.cli.clusters import on_cluster
from plings.cli.confirmed import confirmed_facts, confirmed_lines
from plings.cli.keyfile import read_keypair
from plings.cli.options import (
    DEFAULT_CLUSTER,
    ClusterName,
    Host,
    Json,
    MaybePayerFile,
    OwnerFile,
    PayerFile,
    Quiet,
    Url,
)
from plings.cli.output import answering, labelled
from plings.cli.promotion_page import promotion_facts, promotion_lines, shown_facts, shown_lines
from plings.identity import DEFAULT_HOST, ScanUrl

if TYPE_CHECKING:
    from solders.keypair import Keypair

    from plings.chain import Cluster
    from plings.program.accounts import Promotion

CODE = "'https://s.plings.io?t=q&p=…'"


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Get an account and NFT for an object that was paid for without.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog=f"Example:  plings promotion claim {CODE} --owner key.json")(claim)
    group.command(epilog=f"Example:  plings promotion challenge {CODE} --payer key.json")(challenge)
    group.command(epilog=f"Example:  plings promotion finalize {CODE} --owner key.json")(finalize)
    group.command(epilog=f"Example:  plings promotion show {CODE} --cluster devnet")(show)
    app.add_typer(group, name="promotion")


def claim(
    url: Url,
    owner: OwnerFile,
    payer: MaybePayerFile = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Claim an account for an object that is yours by its payment log: show its first payment and each gift since.

    Everybody can then show more for a while; afterwards `plings promotion finalize` brings the NFT.
    """
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        code, claimant, paying = ScanUrl.parse(url, host), read_keypair(owner), _maybe_key(payer)
        from plings.promotions import claim as claim_object

        done = on_cluster(
            cluster, lambda chain: claim_object(chain, code, claimant, payer=paying, on_signed=answer.sending)
        )
        facts, lines = shown_facts(done.shown, done.confirmed), shown_lines(done.shown, done.confirmed)
        answer.give(
            {"path": code.path.text, "url": code.text, **promotion_facts(code, done.promotion), **facts},
            labelled([("object", code.path), *promotion_lines(code, done.promotion), *lines]),
        )


def challenge(
    url: Url,
    payer: PayerFile,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Show what a promotion leaves out of the object's payment log, if anything. Anyone may.

    It costs 278,400 lamports of rent for each gift that is shown, which whoever makes the promotion final gets.
    """
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        code, paying = ScanUrl.parse(url, host), read_keypair(payer)
        from plings.promotions import challenge as challenge_promotion

        done = on_cluster(cluster, lambda chain: challenge_promotion(chain, code, paying, on_signed=answer.sending))
        facts, lines = shown_facts(done.shown, done.confirmed), shown_lines(done.shown, done.confirmed)
        uncovered = [leaf.number for leaf in done.uncovered]
        later = [("not yet", f"leaf {number}: it is under no checkpoint yet") for number in uncovered]
        answer.give(
            {"path": code.path.text, "url": code.text, **promotion_facts(code, done.promotion), **facts}
            | {"uncovered": uncovered},
            labelled([("object", code.path), *promotion_lines(code, done.promotion), *lines, *later]),
        )


def finalize(
    url: Url,
    owner: OwnerFile,
    payer: MaybePayerFile = None,
    pool: Annotated[
        bool | None,
        typer.Option("--pool/--no-pool", help="Let the manufacturer's sponsor pool pay rent; by default if it does."),
    ] = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Get the NFT of an object whose promotion cannot be challenged any more."""
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        code, holder, paying = ScanUrl.parse(url, host), read_keypair(owner), _maybe_key(payer)
        from plings.promotions import finalize as finalize_promotion

        done = on_cluster(
            cluster,
            lambda chain: finalize_promotion(chain, code, holder, paying, pool, on_signed=answer.sending),
        )
        facts = {
            "payment_address": str(done.payment_address),
            "owner": str(done.owner),
            "mint": str(done.mint),
            "sponsored_lamports": done.sponsored_lamports,
        }
        lines = [
            ("pay at", done.payment_address),
            ("owner", done.owner),
            ("mint", done.mint),
            ("from the pool", both(done.sponsored_lamports)),
        ]
        answer.give(
            {"path": code.path.text, "url": code.text, **facts, **confirmed_facts(done.confirmed)},
            labelled([("object", code.path), *lines, *confirmed_lines(done.confirmed)]),
        )


def show(
    url: Url,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Show the promotion of an object: whose it is by all that was shown, and until when more can be."""
    with answering(as_json, cluster=cluster) as answer:
        code = ScanUrl.parse(url, host)
        promotion, now_unix = on_cluster(cluster, lambda chain: _look_up(chain, code))
        answer.give(
            {"path": code.path.text, "url": code.text, **promotion_facts(code, promotion, now_unix)},
            labelled([("object", code.path), *promotion_lines(code, promotion, now_unix)]),
        )


def _maybe_key(file: Path | None) -> Keypair | None:
    return read_keypair(file) if file else None


async def _look_up(cluster: Cluster, code: ScanUrl) -> tuple[Promotion | None, int]:
    from plings.promotions import find_promotion

    return await find_promotion(cluster, code), await cluster.clock_unix()
