"""How questions of one's own are asked: as those here are. See `plings.indexer.ask`."""

from plings.indexer.ask import MOST_ROWS, ask, page_of, reading

__all__ = ["MOST_ROWS", "ask", "page_of", "reading"]
