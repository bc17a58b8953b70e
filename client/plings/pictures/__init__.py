"""Pictures of codes, written for printing and read back from photographs and scans; and pictures of products."""

from plings.pictures.loading import PICTURE_SUFFIXES, PIXEL_LIMIT
from plings.pictures.products import ProductPicture, product_picture, read_product_picture
from plings.pictures.reading import FoundCode, find_codes, read_codes
from plings.pictures.writing import MODULE_PIXELS, QUIET_ZONE_MODULES, qr_data_uri, write_qr

__all__ = [
    "MODULE_PIXELS",
    "PICTURE_SUFFIXES",
    "PIXEL_LIMIT",
    "QUIET_ZONE_MODULES",
    "FoundCode",
    "ProductPicture",
    "find_codes",
    "product_picture",
    "qr_data_uri",
    "read_codes",
    "read_product_picture",
    "write_qr",
]
