"""Templates to HTML: everything is escaped, and a name that a template does not have is an error.

Every template has `lang`, `languages` (code to name), the language's `t(key, **parameters)`, `texts(prefixes)` (for
scripts), `sol`, `number` and `moment` (`Wording`), `static(name)` (a file's address, with its content's hash),
`style()`, `path`, `query` (of the page, without its language), `keep` (`lang=sv` where a language was chosen, else
empty) and `to(address)`, which keeps it in a link.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from plings.customer.files import read_static, static_version, style
from plings.customer.languages import LANGUAGES
from plings.customer.wording import Wording


def render(template: str, lang: str, *, path: str, query: str, keep: str, **facts: Any) -> str:
    """The page. Raises jinja2's errors for a template that is wrong, KeyError for a text that is missing."""
    words = Wording(lang)
    shared = {"lang": lang, "languages": LANGUAGES, "path": path, "query": query, "keep": keep}
    told = {
        "t": words.text,
        "texts": words.texts_under,
        "sol": words.sol,
        "number": words.number,
        "decimal": words.decimal,
        "moment": words.moment,
        "style": lambda: Markup(style()),
    }
    template_of = _environment().get_template(template)
    return template_of.render(
        **shared, **facts, **told, static=static, to=lambda link: f"{link}?{keep}" if keep else link
    )


@cache
def static(name: str) -> str:
    """The address of a file below `static`: another whenever any of them is another, as scripts name one another."""
    if read_static(name) is None:
        raise LookupError(f"there is no file static/{name}")
    return f"/static/{static_version()}/{name}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("plings.customer"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
