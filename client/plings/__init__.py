"""Plings: a printed code that anyone can check offline, pay on the spot and prove they own."""

__version__ = "0.1.0"
