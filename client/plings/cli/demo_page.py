"""The demo as one page: printed on the terminal while it happens, and kept for its picture."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from pathlib import Path

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from plings.chain import Confirmed
from plings.cli.amounts import both, percent, sol, units
from plings.cli.demo_svg import draw
from plings.cli.terminal_qr import qr_text
from plings.demo import Balance, ForSale, Paid, PlatformOpen, Printing, Registered, Scene, Settlement
from plings.identity import Verdict
from plings.program import PROGRAM_ID
from plings.program.events import Event

INDENT = 3
LABEL = 9
"""Columns, with which a label and a signature of 88 characters fill a line of 100."""


class Page:
    """`where` is the cluster's kind; `files` are the ones that were written on the way."""

    def __init__(self, terminal: Console | None, where: str) -> None:
        self.where = where
        self.files: list[Path] = []
        self._terminal = terminal
        self._parts: list[RenderableType] = []

    def open(self) -> None:
        self._add([_title(self.where), ""])

    def show(self, scene: Scene) -> None:
        """Print a scene, and note what it wrote."""
        if isinstance(scene, Printing):
            self.files += [picture for printed in scene.batch for picture in printed.pictures] + [scene.listing]
        self._add([*render(scene), ""])

    def svg(self) -> str:
        return draw(self._parts[:-1], "plings demo")

    def _add(self, parts: Iterable[RenderableType]) -> None:
        for part in parts:
            self._parts.append(part)
            if self._terminal:
                self._terminal.print(part)


def _title(where: str) -> RenderableType:
    claim = "a printed code that anyone can check offline, pay on the spot and prove they own"
    line = Text.assemble((" Plings ", "bold black on cyan"), "  ", claim)
    program = Text.assemble(" " * INDENT, ("program  ", "dim"), str(PROGRAM_ID), (f"  on the {where} cluster", "dim"))
    return Text("\n").join([line, Text(), program])


@singledispatch
def render(scene: object) -> list[RenderableType]:
    """The parts of a scene."""
    raise TypeError(f"there is no picture of {type(scene).__name__}")


@render.register
def _(scene: PlatformOpen) -> list[RenderableType]:
    fee = f"fee {percent(scene.config.platform_fee_bps)}"
    title = "The platform opens" if scene.confirmed else "The platform is open already"
    facts = [("operator", str(scene.config.authority)), ("treasury", str(scene.config.platform_treasury))]
    return [_heading("1", title, fee, scene.confirmed), _facts([*facts, *_signature(scene.confirmed)])]


@render.register
def _(scene: Registered) -> list[RenderableType]:
    maker = scene.manufacturer
    note = f"floor {sol(maker.price_floor_lamports)} · royalty {percent(maker.royalty_bps)}"
    facts = [("identity", str(maker.identity_key)), ("treasury", str(maker.treasury)), *_signature(scene.confirmed)]
    return [_heading("2", f"Manufacturer {maker.prefix} registers", note, scene.confirmed), _facts(facts)]


@render.register
def _(scene: Printing) -> list[RenderableType]:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=INDENT - 2)
    grid.add_column()
    grid.add_column()
    grid.add_row("", qr_text(scene.code.text), _beside(scene))
    return [grid]


def _beside(scene: Printing) -> RenderableType:
    grid = Table.grid()
    grid.add_row(_offline_heading("3", "It prints a batch, offline"))
    width = max(len(printed.code.path.text) for printed in scene.batch) + INDENT
    for printed in scene.batch:
        note = "  signed tag" if printed.code.signature else ""
        pictures = " ".join(picture.suffix[1:] for picture in printed.pictures)
        grid.add_row(Text.assemble("   ", f"{printed.code.path.text:<{width}}", (pictures, "dim"), (note, "cyan")))
    grid.add_row(Text.assemble((f"   {'class':<{width}}", "dim"), scene.code.class_pointer.text))
    grid.add_row("")
    grid.add_row(_offline_heading("4", "A shop reads a picture"))
    grid.add_row(_indented(Text(scene.code.text, overflow="fold")))
    grid.add_row("")
    grid.add_row(_offline_heading("5", "and checks it, offline"))
    for what, verdict in scene.verdicts:
        grid.add_row(_verdict(what, verdict))
    return grid


def _verdict(what: str, verdict: Verdict) -> RenderableType:
    mark, style = ("✓", "green") if verdict.genuine else ("✗", "red")
    head = Text.assemble((f"{mark} {verdict.grade.value}", f"bold {style}"), ("  " + what, "dim"))
    return Group(_indented(head), _indented(Text(verdict.reasons[-1]), INDENT + 2))


def _indented(text: Text, columns: int = INDENT) -> RenderableType:
    return Padding(text, (0, 0, 0, columns), expand=False)


@render.register
def _(scene: Paid) -> list[RenderableType]:
    is_first = scene.payment.kind == "first_payment"
    number, title = ("6", "pays at its address") if is_first else ("8", "buys it")
    facts = [("object", str(scene.payment.payment_address)), ("NFT", str(scene.payment.mint))] if is_first else []
    facts += [("owner", f"{scene.payment.owner}  the {scene.buyer}"), *_signature(scene.payment.confirmed)]
    amount = scene.payment.amount_lamports
    heading = _heading(number, f"The {scene.buyer} {title}", sol(amount), scene.payment.confirmed)
    return [heading, _money(scene), _facts(facts)]


def _money(scene: Paid) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=INDENT - 2)
    grid.add_column(width=LABEL - 2, style="dim")
    grid.add_column(min_width=16)
    grid.add_column(min_width=16)
    grid.add_column(justify="right")
    rows = [("paid", "", scene.payment.amount_lamports)]
    rows += [("", f"→ {_receiver(who)}", lamports) for who, lamports in scene.shares.items()]
    rows += [("rent", "of new accounts", scene.rent_lamports)]
    for label, what, lamports in rows:
        grid.add_row("", label, what, sol(lamports), Text(f"{lamports:,} lamports", style="dim"))
    return grid


def _receiver(who: str) -> str:
    return {"seller": "first buyer"}.get(who, who)


@render.register
def _(scene: ForSale) -> list[RenderableType]:
    heading = _heading("7", "The owner offers it for sale", sol(scene.asking_price_lamports), scene.confirmed)
    facts = [("asks", both(scene.asking_price_lamports)), *_signature(scene.confirmed)]
    return [heading, _facts(facts)]


@render.register
def _(scene: Settlement) -> list[RenderableType]:
    parts: list[RenderableType] = [_heading("9", "What the chain tells of it"), _events(scene.events), ""]
    parts += [_balances(scene), ""]
    return [*parts, *(_proof(statement) for statement in scene.proofs)]


def _events(events: Iterable[Event]) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=INDENT - 2)
    grid.add_column(style="bold")
    grid.add_column()
    for event in events:
        amounts = {name: value for name, value in event.fields.items() if name.endswith(("_amount", "_lamports"))}
        texts = [f"{name.rsplit('_', 1)[0].replace('_', ' ')} {sol(value)}" for name, value in amounts.items()]
        grid.add_row("", event.name, " · ".join(texts))
    return grid


def _balances(scene: Settlement) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, header_style="dim", border_style="dim", padding=(0, 1, 0, 2), show_edge=False)
    table.add_column("")
    for name in ("before", "after", "change"):
        table.add_column(f"{name} SOL", justify="right")
    table.add_column("lamports", justify="right")
    for balance in scene.balances:
        table.add_row(balance.who, _digits(balance.before_lamports), *_change(balance))
    table.add_row("rent, held by the accounts", "", _digits(scene.rent_lamports), *_signed(scene.rent_lamports))
    if scene.fees_lamports is not None:
        table.add_row("network fees", "", "", *_signed(scene.fees_lamports))
    return Padding(table, (0, 0, 0, 1), expand=False)


def _change(balance: Balance) -> tuple[RenderableType, ...]:
    return _digits(balance.after_lamports), *_signed(balance.change_lamports)


def _signed(lamports: int) -> tuple[Text, Text]:
    style = "green" if lamports > 0 else "red"
    sign = "+" if lamports > 0 else "-"
    return Text(sign + _digits(abs(lamports)), style=style), Text(f"{lamports:+,}", style="dim")


def _digits(lamports: int) -> str:
    whole, rest = divmod(lamports, 1_000_000_000)
    return f"{whole:,}.{rest:09d}"


def _proof(statement: str) -> RenderableType:
    return Text.assemble(" " * INDENT, ("✓ ", "bold green"), statement)


def _heading(number: str, title: str, note: str = "", confirmed: Confirmed | None = None) -> RenderableType:
    grid = Table.grid(expand=True)
    grid.add_column(width=INDENT)
    grid.add_column(ratio=1)
    grid.add_column(justify="right")
    grid.add_column(justify="right", width=14)
    compute = units(confirmed.compute_units) if confirmed else ""
    grid.add_row(Text(f" {number}", style="bold cyan"), Text(title, style="bold"), note, Text(compute, style="yellow"))
    return grid


def _offline_heading(number: str, title: str) -> RenderableType:
    return Text.assemble((f" {number} ", "bold cyan"), (title, "bold"))


def _facts(facts: Iterable[tuple[str, str]]) -> RenderableType:
    grid = Table.grid()
    grid.add_column(width=INDENT)
    grid.add_column(width=LABEL, style="dim")
    grid.add_column(overflow="fold")
    for label, value in facts:
        grid.add_row("", label, Text(value, style="dim") if label == "tx" else value)
    return grid


def _signature(confirmed: Confirmed | None) -> list[tuple[str, str]]:
    return [("tx", str(confirmed.signature))] if confirmed else []
