"""gs1.json: codes as GS1 Digital Links, texts that are none, and the ids of events."""

from __future__ import annotations

import hashlib

from reference import Code, Row, base58_number, longest_path, path_of_bytes, refusal, seed_number

GTIN, GTIN_8, GTIN_13 = "09506000134352", "95050003", "9506000134352"
SHORT = Code(seed_number(0), "2.3.2.G.3j")
EXACT = Code(seed_number(0), path_of_bytes(6, 20))
OVER = Code(seed_number(0), path_of_bytes(6, 21))
LONGEST = Code(seed_number(0), longest_path())


def gs1() -> dict[str, list[Row]]:
    return {"valid": valid(), "refused": refused(), "gtins": gtins(), "events": events()}


def serial(path: str) -> str:
    if len(path) <= 20:
        return path
    digest = hashlib.sha256(b"plings:serial:1:" + path.encode()).digest()[:13]
    return "_" + base58_number(int.from_bytes(digest, "big")).rjust(18, "1")


def link_of(code: Code, kind: str, signed: bool, lot: bool, host: str) -> str:
    middle = f"/10/{code.path.rsplit('.', 1)[0]}" if lot else ""
    shown = "" if serial(code.path) == code.path else f"&p={code.path}"
    tail = f"&s={code.s}" if signed else ""
    return f"https://{host}/01/{GTIN}{middle}/21/{serial(code.path)}?t={kind}{shown}&cp={code.cp}&i={code.i}{tail}"


def valid() -> list[Row]:
    rows = []
    for code, kind, signed, lot, host in (
        (SHORT, "q", False, False, "id.gs1.org"),
        (SHORT, "n", True, True, "id.gs1.org"),
        (SHORT, "q", False, False, "id.ikea.example"),
        (EXACT, "q", False, True, "id.gs1.org"),
        (OVER, "q", True, False, "id.gs1.org"),
        (LONGEST, "n", True, False, "id.gs1.org"),
    ):
        item = f"{GTIN[0]}{GTIN[8:13]}"
        rows.append(
            {
                "url": code.url(kind, signed),
                "gtin": GTIN_13,
                "lot": int(lot),
                "host": host,
                "link": link_of(code, kind, signed, lot, host),
                "serial": serial(code.path),
                "epc": f"https://id.gs1.org/01/{GTIN}/21/{serial(code.path)}",
                "sgtin": f"urn:epc:id:sgtin:{GTIN[1:8]}.{item}.{serial(code.path)}",
            }
        )
    return rows


def refused() -> list[Row]:
    link, long = (link_of(code, "q", False, False, "id.gs1.org") for code in (SHORT, OVER))
    lot = link_of(SHORT, "q", False, True, "id.gs1.org")
    return [
        refusal("", "scheme_or_host"),
        refusal(link.replace("https", "http"), "scheme_or_host"),
        refusal(link.replace("id.gs1.org", "id.gs1.org:443"), "scheme_or_host"),
        refusal(link.replace("id.gs1.org", "id.gs1.org.example"), "scheme_or_host"),
        refusal(link.partition("?")[0], "missing_parameter"),
        refusal(link.replace("&i=", "&j="), "unknown_parameter"),
        refusal(link.partition("&i=")[0], "missing_parameter"),
        refusal(link + "&t=q", "repeated_parameter"),
        refusal(link + "&linkType=gs1:pip", "unknown_parameter"),
        refusal(link + "&", "parameter"),
        refusal(link.replace("?t=q", "?t=x"), "kind"),
        refusal(link + "#", "fragment"),
        refusal(link.replace("2.3.2.G.3j", "2.3.2.G.3%6A"), "escape"),
        refusal(link.replace("/21/", "/21//"), "form"),
        refusal(link.replace("/01/", "/stem/01/"), "form"),
        refusal(link.replace("/01/", "/gtin/"), "form"),
        refusal(link.replace("/21/", "/ser/"), "form"),
        refusal(link.replace("/21/2.3.2.G.3j", ""), "form"),
        refusal(lot.replace("/10/2.3.2.G/21/2.3.2.G.3j", "/21/2.3.2.G.3j/10/2.3.2.G"), "form"),
        refusal(lot.replace("/10/2.3.2.G/", "/10/2.3.2.H/"), "lot"),
        refusal(link.replace(GTIN, GTIN_13), "gtin_length"),
        refusal(link.replace(GTIN, GTIN[:-1] + "3"), "check_digit"),
        refusal(link.replace(GTIN, "0" * 14), "zero"),
        refusal(link.replace(GTIN, GTIN[:-1] + "x"), "digits"),
        refusal(link.replace("/21/2.3.2.G.3j", "/21/2.3.2.G.13j"), "leading_one"),
        refusal(link.replace("/21/2.3.2.G.3j", "/21/2.3.2"), "too_few_segments"),
        refusal(link.replace("?t=q", "?t=q&p=2.3.2.G.3j"), "path"),
        refusal(link.replace("?t=q", "?t=q&p=2.3.2.G.3k"), "serial"),
        refusal(long.replace(f"&p={OVER.path}", ""), "missing_parameter"),
        refusal(long.replace(f"&p={OVER.path}", f"&p={SHORT.path}"), "serial"),
        refusal(long.replace("/21/_", "/21/"), "serial"),
        refusal(long.replace(f"/21/{serial(OVER.path)}", f"/21/{OVER.path}"), "serial"),
        refusal(link.replace("&cp=", "&cp=1"), "length"),
        refusal(link + "x" * 400, "too_long"),
        refusal(link + "é", "not_ascii"),
    ]


def gtins() -> list[Row]:
    return [
        {"text": GTIN_8, "gtin": GTIN_8.zfill(14)},
        {"text": "614141000036", "gtin": "00614141000036"},
        {"text": GTIN_13, "gtin": GTIN},
        {"text": GTIN, "gtin": GTIN},
    ]


def events() -> list[Row]:
    """What an id hashes. The ids are those that epcis-event-hash-generator 1.9.3 and epcis2.js 2.7.3 make."""
    head = "eventType=ObjectEventeventTime=2023-11-14T22:13:20.000ZeventTimeZoneOffset=+00:00epcList"
    own = "{https://s.plings.io/ns/}"
    printed = (
        "action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-commissioning"
        f"disposition=https://ref.gs1.org/cbv/Disp-activeilmd{own}batch=2.3.2.G{own}class=2.3.2:{SHORT.cp}"
    )
    sold = (
        "action=OBSERVEbizStep=https://ref.gs1.org/cbv/BizStep-retail_selling"
        "disposition=https://ref.gs1.org/cbv/Disp-retail_soldbizTransactionList"
        f"type=https://s.plings.io/ns/paymentbizTransaction=https://s.plings.io/leaf/{SHORT.i}/7"
        f"{own}amountLamports=250000{own}buyer={SHORT.i}"
    )
    name = f"epc=https://id.gs1.org/01/{GTIN}/21/{SHORT.path}"
    return [
        event("commissioning", "gtin", f"{head}{name}{printed}"),
        event("commissioning", "code", f"{head}epc={SHORT.url()}{printed}"),
        event("sale", "gtin", f"{head}{name}{sold}"),
        event("sale", "code", f"{head}epc={SHORT.url()}{sold}"),
    ]


def event(what: str, named_by: str, text: str) -> Row:
    id_ = f"ni:///sha-256;{hashlib.sha256(text.encode()).hexdigest()}?ver=CBV2.0"
    return {"what": what, "named_by": named_by, "url": SHORT.url(), "text": text, "id": id_}
