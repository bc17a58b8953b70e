from __future__ import annotations

from pathlib import Path as File
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.app import show_help
from plings.cli.options import Host, Json, Seed
from plings.cli.output import answering
from plings.cli.seed import read_seed
from plings.errors import PictureError, SettingsError, shown
from plings.identity import (
    DEFAULT_HOST,
    ClassPath,
    Identity,
    Path,
    ScanUrl,
    Verdict,
    check_url,
    format_address,
    make_code,
    parse_keys,
)

if TYPE_CHECKING:
    from rich.text import Text

PICTURES = frozenset((".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"))


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Make and check codes, offline.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog="Example:  plings url make 2.3.4F.2aB.5.3j --signed --seed - < seed.hex")(make)
    group.command(epilog="Example:  plings url check photo.jpg --keys keys.json")(check)
    app.add_typer(group, name="url")


def make(
    path: Annotated[str, typer.Argument(metavar="PATH", help="The path of the object.")],
    seed: Seed,
    signed: Annotated[
        bool, typer.Option("--signed", help="Sign the tag, so that nobody else can have made it.")
    ] = False,
    nfc: Annotated[bool, typer.Option("--nfc", help="For an NFC tag (t=n) and not a QR code.")] = False,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Print the URL that goes on an object. Needs no network."""
    with answering(as_json) as answer:
        place = Path(path)
        identity = Identity.from_seed(read_seed(seed), ClassPath(place.prefix))
        code = make_code(identity, place, "n" if nfc else "q", signed, host)
        answer.give(_facts(code), code.text)


def check(
    code: Annotated[str, typer.Argument(metavar="URL|PICTURE", help="The scanned text, or a picture of one code.")],
    keys: Annotated[File, typer.Option(metavar="FILE", help='Manufacturers\' keys: {"2.3": "base58 key", …}.')],
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Check a code against manufacturers' public keys. Needs no network.

    Grades: malformed, unknown manufacturer, counterfeit class, class genuine, tag genuine. Exit code
    0 for the last two.
    """
    with answering(as_json) as answer:
        verdict = check_url(scanned(code), read_keys(keys), host)
        code_facts = _facts(verdict.url) if verdict.url else {}
        facts = {"grade": verdict.grade.value, "genuine": verdict.genuine, "reasons": list(verdict.reasons)}
        answer.give({**facts, **code_facts}, lambda: _shown(verdict))
        if not verdict.genuine:
            answer.fail(f"not genuine: {verdict.grade.value}")


def scanned(text: str) -> str:
    """The text itself, or that of the one code in the picture that it names. Raises PictureError."""
    if text.startswith("https://") or File(text).suffix.lower() not in PICTURES:
        return text
    from plings.pictures import read_codes

    codes = read_codes(File(text))
    if len(codes) != 1:
        raise PictureError(text, "several_codes", f"it shows {len(codes)} codes and not one")
    return codes[0]


def read_keys(file: File) -> dict[str, bytes]:
    try:
        return parse_keys(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"keys file {shown(str(file))}: it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"keys file {shown(str(file))}: it is not UTF-8 text") from error
    except SettingsError as error:
        raise SettingsError(f"keys file {shown(str(file))}: {error}") from error


def _facts(code: ScanUrl) -> dict[str, Any]:
    return {
        "url": code.text,
        "path": code.path.text,
        "class_pointer": code.class_pointer.text,
        "address": format_address(code.address),
        "kind": code.kind,
        "signed": code.signature is not None,
    }


def _shown(verdict: Verdict) -> Text:
    from rich.text import Text

    grade = (verdict.grade.value, "bold green" if verdict.genuine else "bold red")
    return Text.assemble(grade, *(f"\n  {reason}" for reason in verdict.reasons))
