"""paths.json: paths and class paths, valid and refused."""

from __future__ import annotations

import random

from reference import Row, base58_number, class_of, longest_path, number_of, path_of_bytes, prefix_of, refusal


def paths() -> dict[str, list[Row]]:
    return {
        "valid": [path_row(text) for text in valid_paths()],
        "refused": refused_paths(),
        "class_valid": [class_row(text) for text in valid_class_paths()],
        "class_refused": refused_class_paths(),
    }


def path_row(text: str) -> Row:
    return {**class_row(text), "path_to_pointer": class_of(text)}


def class_row(text: str) -> Row:
    numbers = [number_of(segment) for segment in text.split(".")]
    assert all(number < 2**31 and base58_number(number) in text for number in numbers) and 1 <= numbers[0] <= 255
    return {"text": text, "numbers": " ".join(map(str, numbers)), "prefix": prefix_of(text)}


def valid_paths() -> list[str]:
    chance = random.Random("plings paths")
    fixed = [
        "2.1.1.1",
        "2.3.4.5",
        "2.3.4F.2aB.5.3j",
        "4.2.7ue.7P.Q.2m.K",
        "9.z.z.z",
        "59.1.1.1",
        "21.2.3.4",
        "2.3.4GmR58.4GmR58",
        "59.4GmR58.4GmR58.4GmR58.4GmR58",
        "2.3.zzzzz.211111",
        "2" + ".1" * 15,
        longest_path(),
        path_of_bytes(15, 96),
        "59" + ".4GmR58" * 12 + ".4GmR5.2.1",
    ]
    for segments in range(4, 17):
        rest = [base58_number(chance.randrange(58 ** chance.randint(1, 4))) for _ in range(segments - 1)]
        fixed.append(".".join([base58_number(chance.choice([1, 3, 57 + 5, 240])), *rest]))
    fits = [text for text in fixed if set(text.split(".")[0]) <= set("123456789")]
    assert all(4 <= text.count(".") + 1 <= 16 and len(text) <= 96 for text in fits)
    return fits


def refused_paths() -> list[Row]:
    rules = {
        "": "empty",
        path_of_bytes(16, 97): "too_long",
        "2." * 100 + "2": "too_long",
        "2" * 97: "too_long",
        "2.3.4.5" + " " * 90: "too_long",
        "2" + ".1" * 16: "too_many_segments",
        "." * 16: "too_many_segments",
        "2.3.4": "too_few_segments",
        "2.3": "too_few_segments",
        "2": "too_few_segments",
        ".": "too_few_segments",
        "2/3/4/5": "too_few_segments",
        "G.3.4.5": "wallet_digits",
        "2A.3.4.5": "wallet_digits",
        "1.3.4.5": "wallet_range",
        "61.3.4.5": "wallet_range",
        "99.3.4.5": "wallet_range",
        "211.3.4.5": "wallet_range",
        "11.3.4.5": "leading_one",
        "12.3.4.5": "leading_one",
        "2.13.4.5": "leading_one",
        "2.3.4.11": "leading_one",
        "2.3.4.1111111111": "leading_one",
        "2.3.4GmR59.5": "too_large",
        "2.3.zzzzzz.5": "too_large",
        "2.3.2111111.5": "too_large",
        "2.3.4.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": "too_large",
        "0.3.4.5": "alphabet",
        "2.0.4.5": "alphabet",
        "2.3.O.5": "alphabet",
        "2.3.I.5": "alphabet",
        "2.3.4.l": "alphabet",
        "2.3.0OIl.5": "alphabet",
        "2.3.4-5.6": "alphabet",
        "2.3.-3.5": "dash_marker",
        "2.3.4.5.-1.6.7": "dash_marker",
        "-2.3.4.5": "dash_marker",
        "2.3.-3333333.5": "dash_marker",
        "2.3.-.5": "dash_marker",
        "...": "empty",
        "2..4.5": "empty",
        ".2.3.4.5": "empty",
        "2.3.4.5.": "empty",
        " 2.3.4.5": "alphabet",
        "2.3.4.5 ": "alphabet",
        "2.3. 4.5": "alphabet",
        "2.3.4.5\n": "alphabet",
        "2.3.4.5\r\n": "alphabet",
        "2.3\t.4.5": "alphabet",
        "2.3.4.5\0": "alphabet",
        "2.3.\0.5": "alphabet",
        "2.3.4.+5": "alphabet",
        "2.3.4.5_6": "alphabet",
        "2.3.4.5%20": "alphabet",
        "2.3.4:5.6": "alphabet",
        "2.3.4.5&t=q": "alphabet",
        "2.3.٤.5": "alphabet",
        "2.3.４.5": "alphabet",
        "２.3.4.5": "alphabet",
        "2.3.²5.5": "alphabet",
        "2.3.а.5": "alphabet",
        "2.3.4\u200b.5": "alphabet",
        "\ufeff2.3.4.5": "alphabet",
        "2.3.e\u0301.5": "alphabet",
        "2．3．4．5": "too_few_segments",
    }
    return [refusal(text, rule) for text, rule in rules.items()]


def valid_class_paths() -> list[str]:
    longest = path_of_bytes(14, 92)
    return ["2.1", "2.3", "59.4GmR58", "2.3.4F.2aB.5", "2" + ".1" * 13, longest, "59" + ".4GmR58" * 12 + ".4GmR5"]


def refused_class_paths() -> list[Row]:
    rules = {
        "": "empty",
        "2": "too_few_segments",
        "2" + ".1" * 14: "too_many_segments",
        "59" + ".4GmR58" * 13: "too_long",
        "1.3": "wallet_range",
        "61.3": "wallet_range",
        "G.3": "wallet_digits",
        "2.": "empty",
        "2.-3": "dash_marker",
        "2.13": "leading_one",
        "2.4GmR59": "too_large",
        "2.3\n": "alphabet",
    }
    return [refusal(text, rule) for text, rule in rules.items()]
