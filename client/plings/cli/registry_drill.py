from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.keyfile import read_keypair
from plings.cli.options import Quiet
from plings.cli.output import tell
from plings.cli.registry_chain import PlatformOnChain
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_drill_page import report_facts, report_page
from plings.cli.registry_options import WalletName
from plings.cli.vault import Folder, Module, asking_at_terminal

if TYPE_CHECKING:
    from plings.identity import ClassPath
    from plings.registry.drill import DrillReport, Replacement, Step


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings registry drill v1 --to v2 --master-key file:wallet-v2 --dry-run --as EMAIL")(
        drill
    )


@asking
def drill(
    desk: Desk,
    wallet: WalletName,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="The wallet that takes its place: new, or there.")],
    master_key: Annotated[
        str | None, typer.Option(metavar="REFERENCE", help="Where a new wallet's master key is: file:NAME or pkcs11:…")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what it would do.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. That the wallet is compromised cannot be undone.")] = False,
    cluster: Annotated[
        str | None, typer.Option(metavar="NAME|URL", help="Where to mark the manufacturers on chain too.")
    ] = None,
    authority: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Key file of the platform's authority, which signs that.")
    ] = None,
    number: Annotated[int | None, typer.Option(metavar="NUMBER", help="The new wallet's; else the next free.")] = None,
    environment: Annotated[str | None, typer.Option(metavar="NAME", help="The new wallet's; else as before.")] = None,
    security_level: Annotated[str | None, typer.Option(metavar="NAME", help="Likewise.")] = None,
    keep_default: Annotated[bool, typer.Option("--no-default", help="Do not make it the default wallet.")] = False,
    folder: Folder = None,
    module: Module = None,
    quiet: Quiet = False,
) -> None:
    """Answer to a compromised master key: mark wallet and manufacturers, tell everybody, move to another wallet.

    Look with --dry-run first. What takes approval is asked for, and the report says who must do what; then the same
    command goes on where it was. Exit code 0 when it is done, also on chain; 1 while it waits for people, something
    failed, or the chain was not told.
    """
    if dry_run == yes:
        raise typer.BadParameter("look with --dry-run, then say --yes: it cannot be undone", param_hint="--yes")
    if cluster is not None and authority is None and not dry_run:
        raise typer.BadParameter("--cluster takes the platform's authority, too", param_hint="--authority")
    from plings.registry.drill import Replacement

    desk.answer.quiet = quiet
    signer = None if authority is None else read_keypair(authority)
    chain = None if cluster is None else PlatformOnChain(cluster, signer, desk.answer.sending)
    reference = master_key or _known_key(desk, to)
    wanted = Replacement(to, reference, number, environment, security_level, make_default=not keep_default)
    report = _report(desk, wallet, wanted, None if dry_run else _keys(reference, folder, module), chain)
    desk.give(report_facts(report), lambda: report_page(report))
    if report.status not in ("done", "planned"):
        said = "done but for the chain" if report.status == "off_chain" else report.status
        desk.answer.fail(f"the drill is {said}: {_next_step(report)}")


def _report(
    desk: Desk,
    wallet: str,
    wanted: Replacement,
    key_of: Callable[[ClassPath], bytes] | None,
    chain: PlatformOnChain | None,
) -> DrillReport:
    from plings.registry.drill import plan_drill, run_drill

    if key_of is None:
        return plan_drill(desk.registry, wallet, wanted, chain=chain)
    is_watched = sys.stderr.isatty() and not desk.answer.as_json and not desk.answer.quiet
    progress = _tell_step if is_watched else None
    return run_drill(desk.registry, wallet, wanted, key_of=key_of, chain=chain, progress=progress)


def _next_step(report: DrillReport) -> str:
    if report.approvals:
        commands = [f"plings registry approval approve {one.id}" for one in report.approvals]
        return f"{'; '.join(commands)}; then run it again"
    more = f" (and {len(report.remains) - 1} more)" if len(report.remains) > 1 else ""
    return f"{report.remains[0]}{more}" if report.remains else "run it again"


def _tell_step(step: Step) -> None:
    tell(f"{step.name} {step.subject}: {step.state}")


def _known_key(desk: Desk, name: str) -> str:
    """The reference of a wallet that is there. Raises BadParameter."""
    from plings.registry.wallets import wallets

    found = {one.version_name: one.master_key_id for one in wallets(desk.registry)}
    if name not in found:
        raise typer.BadParameter(f"there is no wallet {name!a} yet: name its key", param_hint="--master-key")
    return found[name]


def _keys(reference: str, folder: Path | None, module: Path | None) -> Callable[[ClassPath], bytes]:
    """The replacement's identity keys. The passphrase is asked for now, before anything is done."""
    from plings.vaults import open_vault

    secret = asking_at_terminal(reference)
    vault = open_vault(reference, secret=secret, folder=folder, module=module)
    secret()
    return vault.public_key
