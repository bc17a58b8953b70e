"""The shop: what is genuine, what it is and what it costs, by one signed file and without a network.

shop = ShopFolder(Path("shop"))
import_bundle(shop, Path("monday.bundle"), time(), publisher_key)
with shop.open_bundle() as bundle:
    answer = Counter(bundle).check(text, time())
"""

from plings.shop.answer import Advice, Answer, Knowledge
from plings.shop.bundle import Bundle
from plings.shop.counter import Counter
from plings.shop.folder import ShopFolder, default_folder
from plings.shop.header import Header
from plings.shop.importing import import_bundle
from plings.shop.price import Price, in_minor_units
from plings.shop.receipts import ReceiptAnswer, check_receipt
from plings.shop.records import Manufacturer, Pointer, Product
from plings.shop.scanner import scanned_text, typed_lines
from plings.shop.till import Till
from plings.shop.told import Told, ToldStore
from plings.shop.whole import check_whole
from plings.shop.writing import BundleWriter

__all__ = [
    "Advice",
    "Answer",
    "Bundle",
    "BundleWriter",
    "Counter",
    "Header",
    "Knowledge",
    "Manufacturer",
    "Pointer",
    "Price",
    "Product",
    "ReceiptAnswer",
    "ShopFolder",
    "Till",
    "Told",
    "ToldStore",
    "check_receipt",
    "check_whole",
    "default_folder",
    "import_bundle",
    "in_minor_units",
    "scanned_text",
    "typed_lines",
]
