"""Everything that off-chain systems know comes from the chain, is kept raw, and can be made again from that."""

from plings.indexer.cursor import Cursor, load_cursor, load_cursors
from plings.indexer.rebuild import rebuild, rebuilding
from plings.indexer.state_hash import hash_of_parts, part_hashes, state_hash
from plings.indexer.store import Batch, Written, index, prepare, write
from plings.indexer.transaction import Call, RawTransaction

__all__ = [
    "Batch",
    "Call",
    "Cursor",
    "RawTransaction",
    "Written",
    "hash_of_parts",
    "index",
    "load_cursor",
    "load_cursors",
    "part_hashes",
    "prepare",
    "rebuild",
    "rebuilding",
    "state_hash",
    "write",
]
