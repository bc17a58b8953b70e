"""From a raw transaction to its facts, in two ways that must agree: by its logs, and by its instructions."""

from plings.indexer.decoder.agreement import decode, decode_kept
from plings.indexer.decoder.facts import Content, Decoded, EventFact, LeafFact

__all__ = ["Content", "Decoded", "EventFact", "LeafFact", "decode", "decode_kept"]
