"""The program's mirror in Python: addresses, instructions, accounts, events and errors, without any I/O."""

from plings.program.interface import PROGRAM_ID, program_binary

__all__ = ["PROGRAM_ID", "program_binary"]
