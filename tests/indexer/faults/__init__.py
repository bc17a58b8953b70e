"""Fault runs: an indexer that is killed, cut off, lied to and restarted, and must end where a clean run does."""
