"""Pictures of codes: QR symbols written for printing, and read back from photographs and scans."""

from plings.pictures.loading import PICTURE_SUFFIXES, PIXEL_LIMIT
from plings.pictures.reading import FoundCode, find_codes, read_codes
from plings.pictures.writing import MODULE_PIXELS, QUIET_ZONE_MODULES, qr_data_uri, write_qr

__all__ = [
    "MODULE_PIXELS",
    "PICTURE_SUFFIXES",
    "PIXEL_LIMIT",
    "QUIET_ZONE_MODULES",
    "FoundCode",
    "find_codes",
    "qr_data_uri",
    "read_codes",
    "write_qr",
]
