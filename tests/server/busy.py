"""A process that comes and goes: each time it joins or starts the server, adds a row and leaves."""

import random
import sys
import time
from pathlib import Path

import psycopg

from plings.server import running_server

for _ in range(int(sys.argv[2])):
    with running_server(Path(sys.argv[1])) as server, psycopg.connect(server.conninfo()) as database:
        database.execute("INSERT INTO fact VALUES ('busy')")
        database.commit()
        time.sleep(random.uniform(0, 0.05))
    time.sleep(random.uniform(0, 0.05))
