"""From a path to words: `2.3.2.G.3j` to wallet, maker, category, batch, instance and GTIN.

Every path can be decoded, whoever's it is: where the registry knows nothing, the answer says so. It says what a code
claims and never whether that is true, which `plings.identity.check_url` does.
"""

from __future__ import annotations

from typing import Any, Final

from psycopg.rows import class_row, dict_row

from plings.identity import DEFAULT_HOST, ClassPath, Path, ScanUrl, format_segment
from plings.registry.database import Connection, Registry, Row, columns
from plings.registry.decoded import Decoded, DecodedManufacturer, DecodedWallet, Number, Word
from plings.registry.gs1 import gtin_of
from plings.registry.paths import Allocation
from plings.registry.pointers import Product
from plings.registry.sentence import sentence
from plings.registry.words import CLASS_LEVEL

FIRST_LEVEL: Final = 3
"""After wallet and manufacturer."""


def decode(registry: Registry, text: str, *, as_class: bool = False, host: str = DEFAULT_HOST) -> Decoded:
    """The words of a path, or of a scan URL's path, in one round trip.

    Four segments and more are an object's path, of which the last two are batch and instance, unless `as_class`; fewer
    are a class's or a manufacturer's. Raises IdentityErrors, such as PathError and UrlError, for what is none.
    """
    claimed = None
    if text.startswith("https://"):
        code = ScanUrl.parse(text, host)
        text, claimed = code.path.text, code.class_pointer.text
    path, class_path = _read(text, as_class)
    facts, product, held = registry.attempt(lambda connection: _ask(connection, text, class_path))
    return _decoded(path or class_path, class_path, facts, claimed, product, held)


def _read(text: str, as_class: bool) -> tuple[Path | None, ClassPath]:
    if as_class or text.count(".") < 3:
        return None, ClassPath(text)
    path = Path(text)
    return path, path.class_path


def _ask(connection: Connection, path: str, class_path: ClassPath) -> tuple[Row, Product | None, Allocation | None]:
    """Facts, product and holder. The three statements travel together."""
    asked = {
        "path": path,
        "class_path": class_path.text,
        "wallet": class_path.wallet,
        "index": class_path.manufacturer,
        "levels": list(range(FIRST_LEVEL, len(class_path.numbers) + 1)),
        "numbers": list(class_path.numbers[2:]),
        "last": class_path.numbers[-1] if len(class_path.numbers) > 2 else None,
    }
    facts = connection.cursor(row_factory=dict_row)
    product = connection.cursor(row_factory=class_row(Product))
    held = connection.cursor(row_factory=class_row(Allocation))
    with connection.pipeline():
        facts.execute(_FACTS, asked)
        product.execute(_PRODUCT.encode(), asked)
        held.execute(_HOLDER.encode(), asked)
    return facts.fetchall()[0], product.fetchone(), held.fetchone()


def _decoded(
    path: Path | ClassPath,
    class_path: ClassPath,
    facts: Row,
    claimed: str | None,
    product: Product | None,
    held: Allocation | None,
) -> Decoded:
    wallet = DecodedWallet(
        class_path.segments[0], class_path.wallet, facts["wallet_name"], facts["environment"], facts["wallet_status"]
    )
    maker = DecodedManufacturer(
        class_path.prefix, class_path.manufacturer, facts["name"], facts["status"], facts["public_key"]
    )
    schemas = {row["path_level"]: row for row in facts["schemas"]}
    words = _words(class_path, schemas, {(row["path_level"], row["level_value"]): row for row in facts["values"]})
    ends = [Number(format_segment(number), number) for number in path.numbers[-2:]] if isinstance(path, Path) else []
    batch, instance = ends or (None, None)
    depth = len(class_path.numbers)
    missing = tuple(
        level for level, row in sorted(schemas.items()) if row["is_required"] and depth < level < CLASS_LEVEL
    )
    found: dict[str, Any] = {
        "path": path.text,
        "wallet": wallet,
        "manufacturer": maker,
        "words": words,
        "batch": batch,
        "instance": instance,
        "class_path": class_path.text,
        "class_pointer": facts["pointer"],
        "claimed_pointer": claimed,
        "product": product,
        "gtin": _gtin(words, schemas) or (product.gtin if product else None),
        "sku": next((word.sku for word in reversed(words) if word.sku), product.sku if product else None),
        "missing_levels": missing,
        "holder": held,
    }
    return Decoded(**found, sentence=sentence(Decoded(**found, sentence="")))


def _words(path: ClassPath, schemas: dict[int, Row], values: dict[tuple[int, int], Row]) -> tuple[Word, ...]:
    made = []
    for level, number in enumerate(path.numbers[2:], FIRST_LEVEL):
        value = values.get((level, number))
        if value is None and level == len(path.numbers):
            # The last number may be a class marker's of before there were class pointers.
            value = values.get((CLASS_LEVEL, number))
        made.append(_word(level, number, value, schemas))
    return tuple(made)


def _word(level: int, number: int, value: Row | None, schemas: dict[int, Row]) -> Word:
    where = level if value is None else value["path_level"]
    known = value or {}
    return Word(
        level=where,
        segment=format_segment(number),
        number=number,
        level_name=schemas[where]["level_name"] if where in schemas else None,
        value_name=known.get("value_name"),
        description=known.get("value_description"),
        gs1_code=known.get("gs1_code"),
        sku=known.get("sku_reference"),
        active=known.get("is_active", True),
    )


def _gtin(words: tuple[Word, ...], schemas: dict[int, Row]) -> str | None:
    mapped = ((word.gs1_code, schemas.get(word.level, {}).get("gs1_mapping")) for word in reversed(words))
    return next(filter(None, (gtin_of(code, mapping) for code, mapping in mapped)), None)


_FACTS: Final = """
    SELECT wallet.version_name AS wallet_name, environment, wallet.status AS wallet_status,
        maker.manufacturer_name::text AS name, maker.status, maker.ed25519_public_key AS public_key,
        pointer_text(class_pointer_of(maker.ed25519_public_key, %(class_path)s)) AS pointer,
        coalesce((
            SELECT jsonb_agg(to_jsonb(schema)) FROM manufacturer_path_schemas AS schema
            WHERE (wallet_version, manufacturer_index) = (maker.wallet_version, maker.manufacturer_index)
        ), '[]') AS schemas,
        coalesce((
            SELECT jsonb_agg(to_jsonb(value)) FROM path_level_values AS value
            WHERE (wallet_version, manufacturer_index) = (maker.wallet_version, maker.manufacturer_index)
                AND ((path_level, level_value) IN (
                    SELECT * FROM unnest(%(levels)s::integer[], %(numbers)s::integer[])
                ) OR (path_level, level_value) = (999, %(last)s::integer))
        ), '[]') AS values
    FROM (SELECT) AS nothing
    LEFT JOIN wallet_versions AS wallet ON wallet.version_id = %(wallet)s
    LEFT JOIN manufacturer_registry AS maker
        ON (maker.wallet_version, maker.manufacturer_index) = (%(wallet)s, %(index)s)
"""
_PRODUCT: Final = f"""
    SELECT {columns(Product, "product")} FROM manufacturer_registry AS maker, LATERAL get_product_by_pointer(
        pointer_text(class_pointer_of(maker.ed25519_public_key, %(class_path)s))
    ) AS product
    WHERE (maker.wallet_version, maker.manufacturer_index) = (%(wallet)s, %(index)s)
        AND (product.manufacturer_pubkey, product.path_to_pointer) = (maker.ed25519_public_key, %(class_path)s)
"""
_HOLDER: Final = f"""
    SELECT {columns(Allocation)} FROM path_registry WHERE span @> path_key(%(path)s) AND status <> 'transferred'
"""
