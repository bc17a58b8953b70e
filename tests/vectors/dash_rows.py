"""dash.json: legacy paths, where their classes may go, and texts that are none."""

from __future__ import annotations

from reference import Row, refusal

KEY = "5Kd3NBUoD3fCRJcyPbTWTBf2n8Z4Vt9u2K7s6Jh5G3f2A"
PATHS = (
    "2.G.2.2.-3.7P.9j",
    "2.3.2.-4.G.3j",
    "2.9.3.4.-2Ld.2.Q.3C",
    "2.G.5.3.2.-jj.D.4.7ue",
    "2.2m.4.2.5.3.-2rt.8.3.3j.jj",
    "2.3.-1.2.2",
    "59.4GmR58.-4GmR58.1.1",
)


def dash() -> dict[str, list[Row]]:
    return {"valid": [path_row(path) for path in PATHS], "refused": refused(), "places": places()}


def path_row(path: str) -> Row:
    segments = path.split(".")
    marker = next(segment for segment in segments if segment[0] == "-")
    of_class = segments[:-2]
    return {
        "path": path,
        "prefix": ".".join(segments[:2]),
        "class_path": ".".join(of_class),
        "marker": marker,
        "dropped": ".".join(segment for segment in of_class if segment != marker),
        "kept": ".".join(of_class).replace("-", ""),
    }


def refused() -> list[Row]:
    url = f"https://s.plings.io?t=q&p=2.G.2.2.-3.7P.9j&i={KEY}"
    return [
        refusal("", "no_marker"),
        refusal("2.G.2.2.7P.9j", "no_marker"),
        refusal("2.G.-2.2.-3.7P.9j", "two_markers"),
        refusal("2.G.2.2.--3.7P.9j", "two_markers"),
        refusal("2.G.2.2.-3.7-P.9j", "two_markers"),
        refusal("2.G.2.2.3-.7P.9j", "no_marker"),
        refusal("2.-G.2.2.7P.9j", "marker_place"),
        refusal("-2.G.2.2.7P.9j", "marker_place"),
        refusal("2.G.2.2.-7P.9j", "marker_place"),
        refusal("2.G.2.2.7P.-9j", "marker_place"),
        refusal("2.G.2.2.-.7P.9j", "empty"),
        refusal("2.G.2.2.-13.7P.9j", "leading_one"),
        refusal("2.G.2.2.-0.7P.9j", "alphabet"),
        refusal("2.G.2.2.-4GmR59.7P.9j", "too_large"),
        refusal("2.G.2..-3.7P.9j", "empty"),
        refusal("G.2.2.-3.7P.9j", "wallet_digits"),
        refusal("1.G.2.-3.7P.9j", "wallet_range"),
        refusal("2.G." + "2." * 12 + "-3.2.2", "too_many_segments"),
        refusal("2.G." + "2" * 100 + ".-3.2.2", "too_long"),
        refusal(" 2.G.2.2.-3.7P.9j", "alphabet"),
        refusal(url.replace("https", "http"), "origin"),
        refusal(url.replace("s.plings.io", "s.plings.io/"), "origin"),
        refusal(url.replace("&i=", "&cp="), "unknown_parameter"),
        refusal(url + "&t=q", "repeated_parameter"),
        refusal(url.partition("&i=")[0], "missing_parameter"),
        refusal(url.replace("t=q", "t=x"), "kind"),
        refusal(url + "#", "escape"),
        refusal(url.replace("-3", "%2D3"), "escape"),
        refusal(url + "&", "parameter"),
        refusal(url + "1" * 300, "too_long"),
        refusal(url + "1" * 20, "key_length"),
        refusal(url.replace(KEY, KEY[:31]), "key_length"),
        refusal(url.replace(KEY, KEY[:-1] + "0"), "key_alphabet"),
    ]


def places() -> list[Row]:
    """Of classes that are migrated together, each one's place; an empty one has none."""
    return [
        placed("alone", "2.G.2.2.-3>2.G.2.2"),
        placed("side by side", "2.G.2.2.-3>2.G.2.2.3", "2.G.2.2.-4>2.G.2.2.4"),
        placed("one marker in two places", "2.G.2.2.-3>2.G.2.2", "2.G.2.5.-3>2.G.2.5"),
        placed("one place of one marker", "2.G.2.-3.2>2.G.2.3.2", "2.G.2.2.-3>2.G.2.2.3"),
        placed("in each other's way", "2.G.2.-3.4>", "2.G.2.3.-4>", "2.G.2.-5.4>2.G.2.5.4", "2.G.2.3.-6>2.G.2.3.6"),
        placed("where another has gone", "2.G.-3>", "2.G.-4>2.G.4", "2.G.3.-5>2.G.3"),
    ]


def placed(what: str, *moves: str) -> Row:
    return {"what": what, "moves": " ".join(moves)}
