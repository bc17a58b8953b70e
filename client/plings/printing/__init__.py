"""The printing line: millions of codes from a manufacturer's node to files, without a network.

`print_codes` makes them, on all cores; killed at any point, it goes on without a duplicate or a hole. `read_codes`
reads a file back, `prove_item` makes the proof of one code, `audit_codes` finds what is not a manufacturer's own.
"""

from plings.printing.audit_codes import Audited, Auditor, Finding, audit_codes
from plings.printing.batch import Batch
from plings.printing.check_files import check_files
from plings.printing.code import PrintedCode
from plings.printing.folder import finished, read_manifest
from plings.printing.job import Job
from plings.printing.manifest import Manifest, PrintedBatch
from plings.printing.print_codes import print_codes
from plings.printing.prove_item import prove_item
from plings.printing.read_codes import ListedCode, read_codes

__all__ = [
    "Audited",
    "Auditor",
    "Batch",
    "Finding",
    "Job",
    "ListedCode",
    "Manifest",
    "PrintedBatch",
    "PrintedCode",
    "audit_codes",
    "check_files",
    "finished",
    "print_codes",
    "prove_item",
    "read_codes",
    "read_manifest",
]
