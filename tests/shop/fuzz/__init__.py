"""Damaged bundles: files that nobody signed as they are, and what publishers sign by mistake."""
