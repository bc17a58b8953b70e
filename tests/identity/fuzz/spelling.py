"""Damage to the text of a code: each function gives another text."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from vectors.reference import ALPHABET, HOST

HOMOGRAPHS = {
    "p": "р",
    "c": "с",
    "i": "і",
    "s": "ѕ",
    "o": "о",
    "e": "е",
    "1": "１",
    "2": "２",
    ".": "。",
    "=": "＝",
    "?": "？",
}
ENDS = ["\n", " ", "\t", "\r\n", "\0", "\ufeff", "\u200b", "\u202e", "#", "#top", "&", "%20", "+", "/", "é", "\ud800"]
HOSTS = [
    "http://s.plings.io",
    "HTTPS://s.plings.io",
    "https://S.plings.io",
    "https://s.plings.io.",
    "https://s.plings.io:443",
    "https://s.plings.io/",
    "https://user@s.plings.io",
    "https://s.plings.io@example.com",
    "https://s.plings.io.example.com",
    "https://sxplings.io",
    "//s.plings.io",
    "https:/s.plings.io",
    "https://s.plings.iо",
]


def printed(chance: Random, text: str) -> str:
    return text


def character_bit(chance: Random, text: str) -> str:
    return replaced(text, *one(chance, text, lambda letter: chr(ord(letter) ^ 1 << chance.randrange(8))))


def base58_digit(chance: Random, text: str) -> str:
    return replaced(text, *one(chance, text, lambda _: chance.choice(ALPHABET)))


def any_character(chance: Random, text: str) -> str:
    return replaced(
        text, *one(chance, text, lambda _: chr(chance.choice([chance.randrange(128), chance.randrange(0x110000)])))
    )


def other_case(chance: Random, text: str) -> str:
    return replaced(text, *one(chance, text, str.swapcase))


def homograph(chance: Random, text: str) -> str:
    return replaced(text, *one(chance, text, lambda letter: HOMOGRAPHS.get(letter, letter)))


def escaped(chance: Random, text: str) -> str:
    return replaced(text, *one(chance, text, lambda letter: f"%{ord(letter):02X}"))


def removed(chance: Random, text: str) -> str:
    start = chance.randrange(len(text) + 1)
    return text[:start] + text[start + chance.randrange(1, 6) :]


def inserted(chance: Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice([*ENDS, *"=&.?12zA-_"]) + text[at:]


def swapped(chance: Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def doubled(chance: Random, text: str) -> str:
    start = chance.randrange(len(text) + 1)
    end = start + chance.randrange(1, 40)
    return text[:end] + text[start:end] + text[end:]


def truncated(chance: Random, text: str) -> str:
    return text[: chance.randrange(len(text) + 1)]


def longer(chance: Random, text: str) -> str:
    return text + chance.choice(ALPHABET) * chance.choice([1, 2, 178, 10_000])


def repeated_parameter(chance: Random, text: str) -> str:
    return f"{text}&{chance.choice(text.split('?')[-1].split('&'))}"


def at_an_end(chance: Random, text: str) -> str:
    end = chance.choice(ENDS)
    return chance.choice([end + text, text + end])


def other_host(chance: Random, text: str) -> str:
    return text.replace(HOST, chance.choice(HOSTS), 1)


def other_separators(chance: Random, text: str) -> str:
    return text.replace(*chance.choice([("&", ";"), ("&", "&&"), ("&", "&amp;"), ("?", "#"), ("?", "??"), ("=", "==")]))


def one(chance: Random, text: str, change: Callable[[str], str]) -> tuple[int, str]:
    """A place in the text, and what is to stand there."""
    at = chance.randrange(len(text)) if text else 0
    return at, change(text[at]) if text else ""


def replaced(text: str, at: int, by: str) -> str:
    return text[:at] + by + text[at + 1 :]


ALL = (
    character_bit,
    base58_digit,
    any_character,
    other_case,
    homograph,
    escaped,
    removed,
    inserted,
    swapped,
    doubled,
    truncated,
    longer,
    repeated_parameter,
    at_an_end,
    other_host,
    other_separators,
)
