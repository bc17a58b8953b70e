"""What others say of EPCIS documents."""

from fixtures.fix_epcis import epcis  # noqa: F401
