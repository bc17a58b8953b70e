"""Discovery: asks an API once for each class that a shop's bundle has not. The only part of a shop that uses a network.

Nothing waits for it: a scan is answered without, and the next scan of the class finds what was told.
"""

from plings.discovery.api_client import ApiClient, parse_api_address
from plings.discovery.desk import Discovery, Question

__all__ = ["ApiClient", "Discovery", "Question", "parse_api_address"]
