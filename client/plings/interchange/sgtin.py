"""EPC URIs of older systems: `urn:epc:id:sgtin:…` (GS1 EPC Tag Data Standard, 6.3.1).

They split a GTIN where its company prefix ends, which the GTIN itself does not say: whoever has the prefix knows.
"""

from __future__ import annotations

from plings.errors import GtinError
from plings.identity import Path
from plings.interchange.gtin import gtin_14
from plings.interchange.serial import serial_of


def sgtin_urn(path: Path, gtin: str, company_prefix_digits: int) -> str:
    """The pure identity URI of an object whose GTIN has a company prefix of 6 to 12 digits.

    Raises GtinError, with rule `company_prefix` for another length. No serial of ours has a character to escape.
    """
    digits = gtin_14(gtin)
    if not 6 <= company_prefix_digits <= 12:
        raise GtinError(gtin, "company_prefix", f"a company prefix has 6 to 12 digits and not {company_prefix_digits}")
    indicator, company = digits[0], digits[1 : 1 + company_prefix_digits]
    item = indicator + digits[1 + company_prefix_digits : 13]
    return f"urn:epc:id:sgtin:{company}.{item}.{serial_of(path)}"
