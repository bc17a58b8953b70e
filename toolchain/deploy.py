"""`deploy.py MANIFEST FOLDER`: copies that crate's program to the folder; cargo's messages come by standard input.

Of that crate alone: a program that another one uses as a library is built too, without its entrypoint.
"""

import json
import shutil
import sys
from pathlib import Path

manifest, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
for line in sys.stdin:
    message = json.loads(line)
    if message["reason"] != "compiler-artifact" or "cdylib" not in message["target"]["crate_types"]:
        continue
    if Path(message["manifest_path"]).resolve() != manifest:
        continue
    for name in message["filenames"]:
        if name.endswith(".so"):
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(name, folder / Path(name).name.removeprefix("lib"))
            print(folder / Path(name).name.removeprefix("lib"))
