"""Copies the program of every crate that cargo built (its messages on standard input) to the given folder."""

import json
import shutil
import sys
from pathlib import Path

folder = Path(sys.argv[1])
for line in sys.stdin:
    message = json.loads(line)
    if message["reason"] != "compiler-artifact" or "cdylib" not in message["target"]["crate_types"]:
        continue
    for name in message["filenames"]:
        if name.endswith(".so"):
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(name, folder / Path(name).name.removeprefix("lib"))
            print(folder / Path(name).name.removeprefix("lib"))
