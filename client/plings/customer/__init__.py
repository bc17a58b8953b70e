"""The customer's server: scan, check, pay, own. See docs/customer.md and docs/decisions/0028-customer.md."""

from plings.customer.application import make_application, make_routes
from plings.customer.document import document
from plings.customer.settings import DEFAULT_ORIGIN, CustomerSettings

__all__ = ["DEFAULT_ORIGIN", "CustomerSettings", "document", "make_application", "make_routes"]
