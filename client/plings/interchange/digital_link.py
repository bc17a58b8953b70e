"""GS1 Digital Link URIs: a code as shops that know GS1 alone scan it (GS1 Digital Link URI Syntax, 1.2 and later).

    https://id.gs1.org/01/{GTIN, 14 digits}[/10/{batch}]/21/{serial}?t=q[&p={path}]&cp={class pointer}&i={address}[&s=…]

What is before the question mark is GS1's; the rest are our own parameters, which the standard lets stand beside its
own. `p` is there exactly where the serial is a hash. A link and the code in it are the same object, and each has one
text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from plings.errors import LinkError, UrlError, shown
from plings.identity import DEFAULT_HOST, Path, ScanUrl
from plings.identity.host import check_host
from plings.identity.query import read_parameters
from plings.interchange.gtin import gtin_14
from plings.interchange.serial import HASH_MARK, LONGEST, lot_of, serial_of

GS1_HOST: Final = "id.gs1.org"
"""GS1's own resolver, and the host of every canonical link."""

HOST_LIMIT: Final = 100
"""Characters."""
LINK_LIMIT: Final = 400
"""Characters. The longest path, host, address and signature make one of under 380."""

_KNOWN: Final = ("t", "p", "cp", "i", "s")


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A code with the GTIN (14 digits) of its product. `with_lot` says its batch besides, as AI 10.

    Raises GtinError, LinkError with rule `lot_too_long`, and SettingsError for a host that is none.
    """

    code: ScanUrl
    gtin: str
    with_lot: bool = False
    host: str = GS1_HOST

    def __post_init__(self) -> None:
        object.__setattr__(self, "gtin", gtin_14(self.gtin))
        check_host(self.host, HOST_LIMIT)
        if self.with_lot and lot_of(self.code.path) is None:
            raise LinkError(self.code.path.text, "lot_too_long", f"its batch has more than {LONGEST} characters")

    @classmethod
    def parse(cls, text: str, *, host: str = GS1_HOST, scan_host: str = DEFAULT_HOST) -> Self:
        """The link that `text` is, when it is exactly one for `host`; `scan_host` is that of the code in it.

        Raises LinkError with rule `not_text`, `too_long`, `not_ascii`, `escape`, `fragment`, `scheme_or_host`, `form`,
        `gtin_length`, `parameter`, `unknown_parameter`, `repeated_parameter`, `missing_parameter`, `serial`, `path` or
        `lot`; GtinError; and the error of the part of the code at fault.
        """
        place, parameters = _halves(text, host)
        gtin, lot, serial = _keys(text, place)
        values = read_parameters(parameters, text, required=(), optional=_KNOWN, of="a link", error=LinkError)
        path = _path(text, serial, values.pop("p", None))
        if lot is not None and lot != lot_of(path):
            raise LinkError(text, "lot", f"AI 10 is {shown(lot)} and not the batch of {path}")
        query = "&".join(f"{name}={value}" for name, value in {"p": path.text, **values}.items())
        try:
            code = ScanUrl.parse(f"https://{scan_host}?{query}", scan_host)
        except UrlError as error:  # of the link, not of a URL that nobody gave
            raise LinkError(text, error.rule, error.reason) from error
        return cls(code, gtin, lot is not None, host)

    @property
    def serial(self) -> str:
        """AI 21."""
        return serial_of(self.code.path)

    @property
    def element_string(self) -> str:
        """For people, and for what is printed under a symbol: `(01)…(21)…`."""
        lot = f"(10){lot_of(self.code.path)}" if self.with_lot else ""
        return f"(01){self.gtin}{lot}(21){self.serial}"

    @property
    def epc(self) -> str:
        """The canonical link, without parameters: the object's name in EPCIS."""
        return epc_uri(self.code.path, self.gtin)

    @property
    def text(self) -> str:
        """The link as it is printed."""
        code = self.code
        lot = f"/10/{lot_of(code.path)}" if self.with_lot else ""
        scanned = code.text.partition("?")[2]
        if self.serial == code.path.text:
            scanned = scanned.replace(f"&p={code.path.text}", "", 1)
        return f"https://{self.host}/01/{self.gtin}{lot}/21/{self.serial}?{scanned}"

    def __str__(self) -> str:
        return self.text


def epc_uri(path: Path, gtin: str) -> str:
    """The canonical link of an object: `https://id.gs1.org/01/…/21/…`. Raises GtinError."""
    return f"https://{GS1_HOST}/01/{gtin_14(gtin)}/21/{serial_of(path)}"


def _halves(text: str, host: str) -> tuple[str, str]:
    """What is between the host and the question mark, and what is after it."""
    check_host(host, HOST_LIMIT)
    origin = f"https://{host}/"
    if not isinstance(text, str):
        raise LinkError(text, "not_text", "a link is text")
    if len(text) > LINK_LIMIT:
        raise LinkError(text, "too_long", f"it has more than {LINK_LIMIT} characters")
    if not text.isascii():
        raise LinkError(text, "not_ascii", "it has a character outside ASCII")
    if "%" in text or "+" in text:
        raise LinkError(text, "escape", "it has an escape (% or +)")
    if "#" in text:
        raise LinkError(text, "fragment", "it has a fragment")
    if not text.startswith(origin):
        raise LinkError(text, "scheme_or_host", f"it does not start with {origin}")
    place, mark, parameters = text[len(origin) :].partition("?")
    if not mark:
        raise LinkError(text, "missing_parameter", "it has no parameters, so it tells no address")
    return place, parameters


def _keys(text: str, place: str) -> tuple[str, str | None, str]:
    """GTIN, lot and serial."""
    parts = place.split("/")
    names, values = parts[::2], parts[1::2]
    if names not in (["01", "21"], ["01", "10", "21"]) or len(values) != len(names):
        raise LinkError(text, "form", "it is not /01/{GTIN}/21/{serial}, with /10/{batch} between them or not")
    if len(values[0]) != 14:
        raise LinkError(text, "gtin_length", "a link's GTIN has 14 digits")
    return gtin_14(values[0]), values[1] if len(values) == 3 else None, values[-1]


def _path(text: str, serial: str, given: str | None) -> Path:
    """The path that the serial is, or that is given beside a hash. Raises LinkError, PathError."""
    if given is None and serial.startswith(HASH_MARK):
        raise LinkError(
            text, "missing_parameter", "AI 21 is a hash, and the parameter p, which says the path, is missing"
        )
    path = Path(serial if given is None else given)
    if serial != serial_of(path):
        raise LinkError(text, "serial", f"AI 21 is {shown(serial)} and not the serial of {path}")
    if given is not None and serial == given:
        raise LinkError(text, "path", "the parameter p says what AI 21 says")
    return path
