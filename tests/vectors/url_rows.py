"""urls.json and tags.json: codes as printed, texts that are none, and what a shop finds."""

from __future__ import annotations

from reference import (
    HOST,
    Code,
    Row,
    base58_bytes,
    base64url,
    class_hash,
    class_of,
    longest_path,
    pointer_text,
    seed_number,
)

CODES = [Code(seed_number(0), path) for path in ("2.3.4F.2aB.5.3j", "2.1.1.1", "59.4GmR58.7ue.8.9.2m", longest_path())]
ALPHABET_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def urls() -> dict[str, list[Row]]:
    return {"valid": valid_urls(), "refused": refused_urls(), "grades": grades()}


def valid_urls() -> list[Row]:
    rows = [
        url_row(code.url(kind, signed), code, kind, signed)
        for code in CODES
        for kind in "qn"
        for signed in (False, True)
    ]
    code = CODES[0]
    shuffled = f"{HOST}?s={code.s}&i={code.i}&cp={code.cp}&p={code.path}&t=n"
    return [*rows, url_row(code.url("n", True), code, "n", True, shuffled)]


def url_row(printed: str, code: Code, kind: str, signed: bool, text: str = "") -> Row:
    """`text` as scanned, `printed` as we would print the same."""
    return {
        "text": text or printed,
        "printed": printed,
        "kind": kind,
        "path": code.path,
        "class_pointer": code.cp,
        "address": code.i,
        "signature": code.s if signed else "",
    }


def refused_urls() -> list[Row]:
    rows: list[Row] = [
        {"text": text, "error": error, "rule": rule}
        for error, cases in (("UrlError", url_faults()), *part_faults().items())
        for text, rule in cases.items()
    ]
    assert len({row["text"] for row in rows}) == len(rows)
    return rows


def url_faults() -> dict[str, str]:
    code = CODES[0]
    good, signed = code.url(), code.url(signed=True)
    query = good.split("?", 1)[1]
    return {
        "": "scheme",
        "hello": "scheme",
        good.replace("https", "http"): "scheme",
        good.replace("https", "HTTPS"): "scheme",
        " " + good: "scheme",
        "//s.plings.io?" + query: "scheme",
        "javascript://s.plings.io?" + query: "scheme",
        good.replace("s.plings.io", "S.plings.io"): "host",
        good.replace("s.plings.io", "plings.io"): "host",
        good.replace("s.plings.io", "s.plings.io.example.com"): "host",
        good.replace("s.plings.io", "s.plings.io."): "host",
        good.replace("s.plings.io", "s.plings.io:443"): "host",
        good.replace("s.plings.io", "s.plings.io@example.com"): "host",
        good.replace("s.plings.io", "user@s.plings.io"): "host",
        good.replace("s.plings.io", "xs.plings.io"): "host",
        good.replace("?", "/?"): "host",
        good.replace("?", "/verify?"): "host",
        good.replace("?", "\\?"): "host",
        good.replace("?", "#?"): "host",
        "https://s.plings.io": "host",
        "https:///s.plings.io?" + query: "host",
        good + "#": "fragment",
        good + "#top": "fragment",
        good + "%20": "escape",
        good.replace("=q", "=%71"): "escape",
        good.replace("2.3.4F", "2%2E3.4F"): "escape",
        good + "+": "escape",
        good + "é": "not_ascii",
        good.replace("s.plings", "ѕ.plings"): "not_ascii",
        good + "\ufeff": "not_ascii",
        good + "&x=" + "1" * 300: "too_long",
        "x" * 301: "too_long",
        "https://s.plings.io?": "parameter",
        good + "&": "parameter",
        good.replace("&", "&&", 1): "parameter",
        good + "&s": "parameter",
        good.replace("?", "?&"): "parameter",
        good.replace("&", ";"): "missing_parameter",
        good + "&x=1": "unknown_parameter",
        good + "&=1": "unknown_parameter",
        good.replace("t=", "T="): "unknown_parameter",
        good.replace("?t=", "? t="): "unknown_parameter",
        good + "&utm_source=x": "unknown_parameter",
        good + "&t=q": "repeated_parameter",
        good + "&p=" + code.path: "repeated_parameter",
        signed + "&s=" + "A" * 10: "repeated_parameter",
        good.replace("t=q&", ""): "missing_parameter",
        good.replace(f"&p={code.path}", ""): "missing_parameter",
        good.replace(f"&cp={code.cp}", ""): "missing_parameter",
        good.replace(f"&i={code.i}", ""): "missing_parameter",
        good.replace("t=q", "t=Q"): "kind",
        good.replace("t=q", "t="): "kind",
        good.replace("t=q", "t=x"): "kind",
        good.replace("t=q", "t=qn"): "kind",
        good.replace("t=q", "t=q\n"): "kind",
    }


def part_faults() -> dict[str, dict[str, str]]:
    code = CODES[0]
    good, signed = code.url(), code.url(signed=True)
    spelled = code.s[:-1] + ALPHABET_64[ALPHABET_64.index(code.s[-1]) + 1]
    return {
        "PathError": {
            good.replace(code.path, ""): "empty",
            good.replace(code.path, "2.3.4"): "too_few_segments",
            good.replace(code.path, "2.3.-4.5.6"): "dash_marker",
            good.replace(code.path, "2.3.14.5.6"): "leading_one",
            good.replace(code.path, "2.3.4.5=6"): "alphabet",
            good.replace(code.path, longest_path() + "2"): "too_long",
        },
        "ClassPointerError": {
            good.replace(code.cp, ""): "length",
            good.replace(code.cp, code.cp[:-1]): "length",
            good.replace(code.cp, "1" + code.cp): "length",
            good.replace(code.cp, "0" + code.cp[1:]): "alphabet",
            good.replace(code.cp, "z" * 11): "too_large",
        },
        "AddressError": {
            good.replace(code.i, ""): "length",
            good.replace(code.i, "1" * 31): "length",
            good.replace(code.i, "1" * 45): "length",
            good.replace(code.i, "1" * 33): "size",
            good.replace(code.i, "z" * 44): "size",
            good.replace(code.i, "2" * 32): "size",
            good.replace(code.i, "1" + code.i[:-1]): "size",
            good.replace(code.i, "0" + code.i[1:]): "alphabet",
            good + "\n": "length" if len(code.i) == 44 else "alphabet",
        },
        "TagError": {
            good + "&s=": "length",
            signed[:-1]: "length",
            signed + "=": "length",
            signed[:-1] + "=": "alphabet",
            good + "&s=" + "/" * 86: "alphabet",
            good + "&s=" + spelled: "unused_bits",
        },
    }


def grades() -> list[Row]:
    """What a shop with one key finds."""
    code, other = CODES[0], Code(seed_number(1), CODES[0].path)
    elsewhere = Code(seed_number(0), "2.3.4F.2aB.6.3j")
    sibling = Code(seed_number(0), "2.3.4F.2aB.5.3k")
    good, signed = code.url(), code.url(signed=True)
    weak = bytes([1]) + bytes(31)
    weak_pointer = pointer_text(class_hash(weak, class_of(code.path)))
    cases = [
        (good, "2.3", code.key, "class genuine"),
        (code.url("n"), "2.3", code.key, "class genuine"),
        (signed, "2.3", code.key, "tag genuine"),
        (code.url("n", True), "2.3", code.key, "tag genuine"),
        (elsewhere.url(), "2.3", code.key, "class genuine"),
        (good.replace(code.i, other.i), "2.3", code.key, "class genuine"),
        (good, "2.3", other.key, "counterfeit class"),
        (other.url(), "2.3", code.key, "counterfeit class"),
        (good.replace(code.path, "2.3.4G.2aB.5.3j"), "2.3", code.key, "counterfeit class"),
        (good.replace(code.cp, "1" * 11), "2.3", code.key, "counterfeit class"),
        (signed.replace(code.i, other.i), "2.3", code.key, "counterfeit class"),
        (signed.replace(code.path, sibling.path), "2.3", code.key, "counterfeit class"),
        (signed.replace(code.s, other.s), "2.3", code.key, "counterfeit class"),
        (signed.replace(code.s, sibling.s), "2.3", code.key, "counterfeit class"),
        (signed.replace(code.s, base64url(bytes(64))), "2.3", code.key, "counterfeit class"),
        (
            good.replace(code.cp, weak_pointer) + "&s=" + base64url(weak + bytes(32)),
            "2.3",
            weak,
            "counterfeit class",
        ),
        (good, "2.4", code.key, "unknown manufacturer"),
        (good, "2", code.key, "unknown manufacturer"),
        (signed, "", b"", "unknown manufacturer"),
        (good + "#", "2.3", code.key, "malformed"),
        ("", "2.3", code.key, "malformed"),
    ]
    return [
        {"text": text, "prefix": prefix, "manufacturer_key": base58_bytes(key), "grade": grade}
        for text, prefix, key, grade in cases
    ]


def tags() -> dict[str, list[Row]]:
    codes = [(number, Code(seed_number(number), code.path)) for number in range(3) for code in CODES]
    return {"tags": [tag_row(seed_number(number), code) for number, code in codes]}


def tag_row(seed: bytes, code: Code) -> Row:
    return {
        "seed": seed.hex(),
        "manufacturer_key": base58_bytes(code.key),
        "path": code.path,
        "class_pointer": code.cp,
        "address": code.i,
        "message": code.message,
        "signature": code.s,
    }
