"""Interchange: the same object as GS1's systems name it, and what happened to it as EPCIS tells it.

Pure and offline. What is mapped to what is docs/decisions/0026-interchange.md.
"""

from plings.interchange.commissioning import commission_batch, commission_codes
from plings.interchange.digital_link import GS1_HOST, DigitalLink, epc_uri
from plings.interchange.epcis_document import epcis_document, epcis_document_lines
from plings.interchange.event import MOST_EPCS, ObjectEvent
from plings.interchange.gtin import gtin_14
from plings.interchange.linkset import linkset, resolver_description
from plings.interchange.sale import Sale, sale_event, sale_of
from plings.interchange.sgtin import sgtin_urn

__all__ = [
    "GS1_HOST",
    "MOST_EPCS",
    "DigitalLink",
    "ObjectEvent",
    "Sale",
    "commission_batch",
    "commission_codes",
    "epc_uri",
    "epcis_document",
    "epcis_document_lines",
    "gtin_14",
    "linkset",
    "resolver_description",
    "sale_event",
    "sale_of",
    "sgtin_urn",
]
