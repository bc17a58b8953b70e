"""`python -m plings`: the command line."""

from plings.cli import main

main()
