"""Publishing: a shop's bundle from the registry, signed."""

from plings.publishing.export import Export, Exported, export_bundle
from plings.publishing.price_list import PriceList, read_price_list

__all__ = ["Export", "Exported", "PriceList", "export_bundle", "read_price_list"]
