"""Codes in Parquet.

A Parquet file ends with the places of all its parts, so one that was cut off cannot go on: runs are kept in Arrow's own
format until the batch is whole, and then become the row groups of the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from plings.errors import SettingsError
from plings.printing.code import PrintedCode

ONE_VALUE: Final = ("class_pointer",)
"""Columns that are worth a dictionary: the others' values never repeat."""


def arrow() -> Any:
    """pyarrow. Raises SettingsError where it is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "pyarrow":
            raise
        raise SettingsError("Parquet files need more: pip install 'plings[print]'") from None
    return pyarrow


def encode(codes: Iterable[PrintedCode], columns: tuple[str, ...], is_first: bool) -> bytes:
    """A run as a stream of Arrow's (one record batch)."""
    pa = arrow()
    values = list(zip(*codes, strict=True))
    arrays = [values[PrintedCode._fields.index(column)] for column in columns]
    batch = pa.record_batch(
        [pa.array(array, _type(pa, name)) for name, array in zip(columns, arrays, strict=True)], columns
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return bytes(sink.getvalue())


def assemble(runs: Path, ends: Iterable[int], columns: tuple[str, ...], target: Path) -> None:
    """The file of all runs, a row group each; one run is in memory at a time. Raises OSError."""
    pa = arrow()
    schema = pa.schema([(column, _type(pa, column)) for column in columns])
    options = {"compression": "zstd", "use_dictionary": list(ONE_VALUE), "write_statistics": False}
    with (
        runs.open("rb") as stream,
        target.open("wb") as out,
        pa.parquet.ParquetWriter(out, schema, **options) as writer,
    ):
        start = 0
        for end in ends:
            with pa.ipc.open_stream(stream.read(end - start)) as run:
                writer.write_table(run.read_all())
            start = end


def pairs(file: Path, number: int, start: int, end: int) -> list[tuple[str, str]]:
    """Path and address of the codes of a run, which is a row group. Raises ValueError, LookupError and OSError."""
    pa = arrow()
    with pa.parquet.ParquetFile(file) as opened:
        run = opened.read_row_group(number, columns=["path", "address"])
    return list(zip(run["path"].to_pylist(), run["address"].to_pylist(), strict=True))


def _type(pa: Any, column: str) -> Any:
    return pa.int64() if column == "instance" else pa.string()
