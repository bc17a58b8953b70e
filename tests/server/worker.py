"""A process that uses the server of a data folder until its input ends. Tells the URL of its database."""

import sys
from pathlib import Path

from plings.server import running_server

with running_server(Path(sys.argv[1])) as server:
    print(server.conninfo(), flush=True)
    sys.stdin.read()
