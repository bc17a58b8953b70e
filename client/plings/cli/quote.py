from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.amounts import both
from plings.cli.clusters import on_cluster
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, Lamports, Url
from plings.cli.output import answering, labelled
from plings.cli.proof_file import ProofFile, read_proof
from plings.identity import DEFAULT_HOST, ScanUrl, parse_address

if TYPE_CHECKING:
    from plings.objects import Quote


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings quote 'https://s.plings.io?t=q&p=…' --amount 2000000 --rate 142.50")(quote)


def _rate(text: str | None) -> Decimal | None:
    if text is None:
        return None
    if not text.replace(".", "", 1).isdecimal() or not text.isascii() or not Decimal(text):
        raise typer.BadParameter(f"{text!r} is no price: digits, and at most one point")
    return Decimal(text)


def quote(
    url: Url,
    amount: Lamports,
    buyer: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Who would pay, if it is known.")] = None,
    rate: Annotated[
        str | None, typer.Option(metavar="PRICE", help="What one SOL costs, to show costs in a currency too.")
    ] = None,
    proof: ProofFile = None,
    currency: Annotated[str, typer.Option(metavar="NAME", help="That currency's name.")] = "EUR",
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Tell what paying for a code's object would be, what it would cost, and who would pay whom. Nothing is sent."""
    price = _rate(rate)
    with answering(as_json, cluster=cluster) as answer:
        code, item = ScanUrl.parse(url, host), read_proof(proof)
        from solders.pubkey import Pubkey

        from plings.objects import quote as ask

        wallet = Pubkey.from_bytes(parse_address(buyer)) if buyer else None
        told = on_cluster(cluster, lambda chain: ask(chain, code, amount, buyer=wallet, item=item))
        answer.give(_facts(told, price, currency), labelled(_lines(told, price, currency)))


def _facts(quote: Quote, rate: Decimal | None, currency: str) -> dict[str, Any]:
    facts = {
        "path": quote.code.path.text,
        "kind": quote.kind,
        "tier": quote.tier.name.lower(),
        "amount_lamports": quote.amount_lamports,
        "shares_lamports": quote.shares,
        "buyer_rent_lamports": quote.buyer_rent_lamports,
        "sponsor_rent_lamports": quote.sponsor_rent_lamports,
        "network_fee_lamports": quote.network_fee_lamports,
        "buyer_lamports": quote.buyer_lamports,
        "refusal": quote.refusal.__name__ if quote.refusal else None,
    }
    if rate is not None:
        facts["currency"] = currency
        facts["buyer_in_currency"] = str(quote.in_currency(quote.buyer_lamports, rate))
    return facts


def _lines(quote: Quote, rate: Decimal | None, currency: str) -> list[tuple[str, object]]:
    def money(lamports: int) -> str:
        return both(lamports) + (f", {quote.in_currency(lamports, rate)} {currency}" if rate is not None else "")

    lines: list[tuple[str, object]] = [
        ("object", quote.code.path),
        ("it would be", quote.kind.replace("_", " ")),
        ("price", money(quote.amount_lamports)),
        *((f"to {who}", money(lamports)) for who, lamports in quote.shares.items()),
        ("rent", money(quote.buyer_rent_lamports)),
    ]
    if quote.sponsor_rent_lamports:
        lines.append(("rent, sponsored", money(quote.sponsor_rent_lamports)))
    lines += [("network fee", money(quote.network_fee_lamports)), ("buyer pays", money(quote.buyer_lamports))]
    return lines + ([("refused now", quote.refusal.message)] if quote.refusal else [])
