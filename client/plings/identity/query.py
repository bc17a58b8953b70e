"""A query of which every parameter is known, and none is there twice: as all our URLs have it."""

from __future__ import annotations

from collections.abc import Sequence

from plings.errors import IdentityError, shown


def read_parameters(
    query: str,
    text: str,
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    of: str,
    error: type[IdentityError],
) -> dict[str, str]:
    """The parameters of `text`'s query by name. `of` is what has them, for people: `a code`.

    Raises `error` with rule `parameter`, `unknown_parameter`, `repeated_parameter` or `missing_parameter`.
    """
    values: dict[str, str] = {}
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if not equals:
            raise error(text, "parameter", f"{shown(pair)} is not name=value")
        if name not in required and name not in optional:
            raise error(text, "unknown_parameter", f"{of} has no parameter {shown(name)}")
        if name in values:
            raise error(text, "repeated_parameter", f"the parameter {name} is there twice")
        values[name] = value
    for name in required:
        if name not in values:
            raise error(text, "missing_parameter", f"the parameter {name} is missing")
    return values
