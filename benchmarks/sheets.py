"""How fast codes come onto sheets, how large those are, and what memory it takes.

    python benchmarks/sheets.py                            # 2,000 labels
    python benchmarks/sheets.py --labels 100000 --record   # writes benchmarks/sheets.json

Each kind of output is made in a process of its own, which tells its largest memory. The codes are made beforehand.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from memory import peak_bytes
from plings.identity import ClassPath, Identity, format_segment, make_code
from plings.identity import Path as ObjectPath
from plings.labels import Sheets, find_stock, read_codes, write_sheets

ROOT = Path(__file__).resolve().parents[1]
KINDS = {
    "PDF": ("L7160", "sheets.pdf", False),
    "PDF, signed": ("L7160", "sheets.pdf", True),
    "SVG": ("L7160", "sheets.svg", False),
}
DIFFERENT = 2_000
"""Codes, repeated as often as it takes: making them is another benchmark's matter."""


def make_codes(file: Path, count: int, signed: bool) -> None:
    identity = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
    paths = [ObjectPath(f"2.3.4F.2aB.5.{format_segment(number)}") for number in range(min(count, DIFFERENT))]
    texts = [make_code(identity, path, signed=signed).text for path in paths]
    with file.open("w", encoding="ascii") as out:
        out.writelines(f"{texts[number % len(texts)]}\n" for number in range(count))


def measure(codes: Path, stock: str, output: Path) -> dict[str, object]:
    """In a process that does nothing else."""
    before = peak_bytes()
    begun = time.perf_counter()
    written = write_sheets(read_codes(codes), Sheets(find_stock(stock), output))
    seconds = time.perf_counter() - begun
    return {
        "labels": written.labels,
        "pages": written.pages,
        "files": len(written.files),
        "error correction": written.levels,
        "labels a second": round(written.labels / seconds),
        "bytes a label": round(sum(file.stat().st_size for file in written.files) / written.labels),
        "memory that it took, MB": round((peak_bytes() - before) / 2**20),
    }


def in_its_own_process(kind: str, count: int) -> dict[str, object]:
    stock, name, signed = KINDS[kind]
    with tempfile.TemporaryDirectory() as folder:
        codes = Path(folder) / "codes.txt"
        make_codes(codes, count, signed)
        command = [sys.executable, __file__, "--measure", str(codes), stock, str(Path(folder) / name)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--labels", type=int, default=2_000)
    parser.add_argument("--record", action="store_true", help="writes benchmarks/sheets.json")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        codes, stock, output = chosen.measure
        print(json.dumps(measure(Path(codes), stock, Path(output))))
        return
    figures = {"processors": os.cpu_count(), "load of the machine": round(os.getloadavg()[0], 1)}
    text = json.dumps({**figures, **{kind: in_its_own_process(kind, chosen.labels) for kind in KINDS}}, indent=2)
    print(text)
    if chosen.record:
        (ROOT / "benchmarks/sheets.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
