"""Codes damaged in every way that we could think of, and what a second implementation makes of them."""
