"""Labels: codes as QR symbols on label stock, with their paths below them, as PDF or SVG."""

from plings.labels.codes import read_codes
from plings.labels.fitting import LEAST_MODULE_MM, Label, Quality, fit
from plings.labels.page import Marks
from plings.labels.sheets import Sheets, Written, write_sheets
from plings.labels.stock import PAPERS, Stock, find_stock, known_stock, other_stock

__all__ = [
    "LEAST_MODULE_MM",
    "PAPERS",
    "Label",
    "Marks",
    "Quality",
    "Sheets",
    "Stock",
    "Written",
    "find_stock",
    "fit",
    "known_stock",
    "other_stock",
    "read_codes",
    "write_sheets",
]
