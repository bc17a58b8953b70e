"""`plings gs1`: codes as GS1 Digital Links, and back. Offline."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from plings.cli.app import show_help
from plings.cli.options import Host, Json, Url
from plings.cli.output import answering, labelled
from plings.identity import DEFAULT_HOST, ScanUrl, format_address
from plings.interchange import GS1_HOST, DigitalLink, linkset, resolver_description, sgtin_urn

Gtin = Annotated[str, typer.Option("--gtin", metavar="GTIN", help="The product's: 8, 12, 13 or 14 digits.")]
Lot = Annotated[bool, typer.Option("--lot", help="Say the batch besides, as AI 10.")]
LinkHost = Annotated[
    str, typer.Option("--link-host", metavar="HOST", help="The host that links name: GS1's own, or your resolver's.")
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Codes as GS1 Digital Links, and back, offline.")
    group.callback(invoke_without_command=True)(show_help)
    code = "'https://s.plings.io?t=q&p=…'"
    group.command(epilog=f"Example:  plings gs1 link {code} --gtin 9506000134352")(link)
    group.command(epilog="Example:  plings gs1 parse 'https://id.gs1.org/01/09506000134352/21/2.3.2.G.3j?t=q&cp=…'")(
        parse
    )
    group.command(name="linkset", epilog=f"Example:  plings gs1 linkset {code} --gtin 9506000134352")(show_linkset)
    group.command(epilog="Example:  plings gs1 resolver id.ikea.example --name IKEA")(resolver)
    app.add_typer(group, name="gs1")


def link(
    url: Url,
    gtin: Gtin,
    lot: Lot = False,
    company_prefix: Annotated[
        int | None,
        typer.Option(
            "--company-prefix-digits", min=6, max=12, metavar="N", help="Also the URN of older systems (SGTIN)."
        ),
    ] = None,
    link_host: LinkHost = GS1_HOST,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Print the GS1 Digital Link of a code, which shops that know GS1 alone can scan, too."""
    with answering(as_json) as answer:
        made = DigitalLink(ScanUrl.parse(url, host), gtin, lot, link_host)
        urn = None if company_prefix is None else sgtin_urn(made.code.path, gtin, company_prefix)
        answer.give(_facts(made, urn), made.text if urn is None else f"{made.text}\n{urn}")


def parse(
    text: Annotated[str, typer.Argument(metavar="LINK", help="The scanned link.")],
    link_host: LinkHost = GS1_HOST,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Print the code that a GS1 Digital Link holds, and what GS1 calls the object.

    It says what the link claims. Whether that is true: `plings url check` with the code.
    """
    with answering(as_json) as answer:
        found = DigitalLink.parse(text, host=link_host, scan_host=host)
        rows = [("code", found.code.text), ("GTIN", found.gtin), ("GS1", found.element_string), ("EPC", found.epc)]
        answer.give(_facts(found), labelled(rows))


def show_linkset(
    url: Url,
    gtin: Gtin,
    api: Annotated[
        str | None, typer.Option(metavar="URL", help="An API of ours, which tells whose the object is.")
    ] = None,
    product_page: Annotated[str | None, typer.Option(metavar="URL", help="The product's page at its maker.")] = None,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Print what a resolver answers for an object: its linkset (RFC 9264)."""
    with answering(as_json) as answer:
        made = DigitalLink(ScanUrl.parse(url, host), gtin)
        document = linkset(made, api=api, product_page=product_page)
        answer.give(document, json.dumps(document, indent=2))


def resolver(
    link_host: Annotated[str, typer.Argument(metavar="HOST", help="The resolver's host.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="What it is called.")],
    as_json: Json = False,
) -> None:
    """Print the file in which a resolver describes itself: it stands at /.well-known/gs1resolver."""
    with answering(as_json) as answer:
        document = resolver_description(link_host, name)
        answer.give(document, json.dumps(document, indent=2))


def _facts(link: DigitalLink, urn: str | None = None) -> dict[str, Any]:
    code = link.code
    return {
        "link": link.text,
        "epc": link.epc,
        "sgtin": urn,
        "gtin": link.gtin,
        "serial": link.serial,
        "element_string": link.element_string,
        "url": code.text,
        "path": code.path.text,
        "class_pointer": code.class_pointer.text,
        "address": format_address(code.address),
        "signed": code.signature is not None,
    }
