"""The printing line: millions of codes from a manufacturer's node to files, without a network.

`print_codes` makes them, on all cores; killed at any point, it goes on without a duplicate or a hole. `read_codes`
reads a file back, `prove_item` makes the proof of one code, `audit_codes` finds what is not a manufacturer's own.
"""

from plings.printing.batch import Batch
from plings.printing.code import PrintedCode
from plings.printing.folder import read_manifest
from plings.printing.job import Job
from plings.printing.manifest import Manifest, PrintedBatch
from plings.printing.print_codes import print_codes

__all__ = ["Batch", "Job", "Manifest", "PrintedBatch", "PrintedCode", "print_codes", "read_manifest"]
