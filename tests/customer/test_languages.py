"""Which language a browser gets."""

from __future__ import annotations

import pytest

from customer.stand import Stand
from customer.wallet import query_of
from plings.customer.languages import language_of, split_language, texts


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("sv", "sv"),
        ("sv-FI,sv;q=0.9,en;q=0.5", "sv"),
        ("de,en;q=0.8,sv;q=0.9", "sv"),
        ("sv;q=0", "en"),
        ("sv;q=nonsense", "en"),
        ("sv;q=nan", "en"),
        ("x" * 5_000, "en"),
        ("de," * 100 + "sv", "en"),
        ("*", "en"),
    ],
)
def test_accept_language(header: str, language: str) -> None:
    assert language_of(header) == language


def test_a_choice_is_not_of_the_code() -> None:
    assert split_language("t=q&p=2.3.4.5&lang=sv") == ("t=q&p=2.3.4.5", "sv")
    assert split_language("lang=xx&t=q") == ("t=q", None)
    assert split_language("") == ("", None)


def test_the_page_speaks_it(stand: Stand) -> None:
    query = query_of(stand.code("2.C.3"))
    for language in ("en", "sv"):
        page = stand.client.get(f"/?{query}", headers={"Accept-Language": language})
        assert f'<html lang="{language}"' in page.text
        chosen = stand.client.get(f"/?{query}&lang={language}", headers={"Accept-Language": "de"})
        assert f'<html lang="{language}"' in chosen.text


def test_both_languages_have_the_same_texts() -> None:
    assert texts("en").keys() == texts("sv").keys()
