"""What a resolver of GS1 Digital Links answers: an object's linkset (RFC 9264), and the file that describes itself."""

from __future__ import annotations

from typing import Any, Final

from plings.identity.host import check_host
from plings.interchange.digital_link import HOST_LIMIT, DigitalLink

LINKSET_TYPE: Final = "application/linkset+json"
RESOLVER_FILE: Final = "/.well-known/gs1resolver"
"""Where a resolver's description stands (GS1-Conformant Resolver Standard, 6)."""

VOCABULARY: Final = "https://gs1.org/voc/"
"""Of the types of links."""


def linkset(link: DigitalLink, *, api: str | None = None, product_page: str | None = None) -> dict[str, Any]:
    """The document of one object. By default it leads to the code itself, which whoever scans can check and pay.

    `api` is the base URL of an API of ours, whose answer says who owns the object; `product_page` the maker's own.
    """
    code = link.code
    links = {
        "defaultLink": [_target(code.text, "text/html", "The object: check it, pay for it, own it")],
        "verificationService": [_target(code.text, "text/html", "Whether it is genuine")],
    }
    if product_page is not None:
        links["pip"] = [_target(product_page, "text/html", "The product")]
    if api is not None:
        history = f"{api.rstrip('/')}/v1/history?{code.text.partition('?')[2]}"
        links["traceability"] = [_target(history, "application/json", "Whose it is, and was")]
    return {"linkset": [{"anchor": link.epc, **{f"{VOCABULARY}{name}": targets for name, targets in links.items()}}]}


def resolver_description(host: str, name: str) -> dict[str, Any]:
    """What the resolver at `host` says of itself: it knows GTINs, with batch and serial. Raises SettingsError."""
    check_host(host, HOST_LIMIT)
    return {
        "name": name,
        "resolverRoot": f"https://{host}",
        "supportedPrimaryKeys": ["01"],
        "supportedLinkType": [
            {"namespace": VOCABULARY, "prefix": "gs1:", "profile": "https://www.gs1.org/voc/?show=linktypes"}
        ],
        "linkTypeDefaultCanBeLinkset": False,
        "validLinksetMediaTypes": [LINKSET_TYPE],
    }


def _target(href: str, media_type: str, title: str) -> dict[str, Any]:
    return {"href": href, "type": media_type, "title": title, "hreflang": ["en"]}
