"""A run of damaged bundles: each is refused, or answers as its publisher's own does."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from identity.fuzz.trial import MOST_SHOWN, Tally
from plings.errors import ShopError
from plings.identity import ClassPath, format_segment
from plings.shop import Bundle, Counter, Pointer, Price, Product, check_whole
from plings.shop.header import signed_message
from plings.shop.layout import ENTRY, MAGIC, TRAILER
from shop.fuzz import damage
from shop.made import ACME, IKEA_ID, NOW, PUBLISHER, PUBLISHER_KEY, Contents, code, printed_batch, write_bundle

Answers = tuple[str, ...]
TEXTS = (
    code("2.3.2.G.3j").text,
    code("2.3.5.2.2.2", signed=False).text,
    code("2.4.2.2.2", identity=ACME).text,
    code("2.3.9.2.2", signed=False).text,
    code("2.3.2.G.3j").text.replace(".3j&", ".3k&"),
    code("2.3.7.2.2").text,
)


@cache
def bundles() -> tuple[bytes, bytes]:
    """One of many blocks, and an older one, of before a key was stolen and prices rose."""
    with TemporaryDirectory() as folder:
        new, old = _contents(), _contents()
        new.makers[1] = type(new.makers[1])("2.4", ACME.public_key, "ACME", IKEA_ID, "compromised", 0, NOW - 1)
        new.pointers["2.3.7"] = Pointer(new.pointers["2.3.7"].product_id, "compromised")
        old.products = {
            key: Product(one.name, one.sku, None, None, one.organization_id, "active", (Price("EUR", 1, 2),))
            for key, one in old.products.items()
        }
        old.pointers["2.3.9"] = old.pointers["2.3.2"]
        files = (
            write_bundle(Path(folder) / "new", new, sequence=8),
            write_bundle(Path(folder) / "old", old, sequence=7, created=NOW - 60),
        )
        return files[0].read_bytes(), files[1].read_bytes()


def _contents() -> Contents:
    contents = Contents()
    contents.commitments = [printed_batch()[0]]
    for number in range(120):
        key = sha256(b"product %d" % number).digest()[:16]
        contents.products[key] = Product(f"Product {number}", None, None, None, IKEA_ID, "active")
        contents.pointers[ClassPath(f"2.3.{format_segment(number + 50)}").text] = Pointer(key, "active")
    return contents


def trial(seed: int, number: int, inputs: int) -> Tally:
    """The run `number` of a seed: the same inputs each time."""
    chance, tally = Random(f"bundles:{seed}:{number}"), Tally()
    own = [_asked(content) for content in bundles()]
    for _ in range(inputs):
        content, done = _damaged(chance)
        how = chance.choice(tuple(HOW))
        tally.counts.update(["inputs", f"how {how}", *(f"damage {name}" for name in done)])
        try:
            found = HOW[how](content)
        except ShopError as error:
            tally.counts[f"refused {error.rule}"] += 1
            continue
        except Exception:
            found = (traceback.format_exc(limit=-1),)
            tally.counts["crashed"] += 1
            tally.failures.append(f"{how}, {', '.join(done)}: {found[0]}")
            continue
        tally.counts["answered"] += 1
        if how != "signed" and _differs(found, own):
            tally.counts["answered wrongly"] += 1
            tally.failures.append(f"{how}, {', '.join(done)}: {found}")
    tally.failures = tally.failures[:MOST_SHOWN]
    return tally


def _damaged(chance: Random) -> tuple[bytes, list[str]]:
    new, old = bundles()
    content, done = bytearray(new), []
    for _ in range(chance.choices((1, 2, 3), (75, 20, 5))[0]):
        change = chance.choice(damage.ALL)
        if content:
            change(chance, content, old)
            done.append(change.__name__)
    return bytes(content), done


def _differs(found: Answers, own: list[Answers]) -> bool:
    """Whether an answer is neither an error nor the one of the whole bundle, or of the whole older one."""
    return not any(all(one in (answer, "refused") for one, answer in zip(found, known, strict=True)) for known in own)


def _asked(content: bytes) -> Answers:
    """What a counter says by a bundle of these bytes. Raises ShopError."""
    with _file(content) as (path, _), Bundle.open(path, PUBLISHER_KEY) as bundle:
        return _answers(bundle)


def _later(content: bytes) -> Answers:
    """What it says when the file changes after it was opened."""
    with _file(bundles()[0]) as (path, descriptor), Bundle.open(path, PUBLISHER_KEY) as bundle:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, content, 0)
        return _answers(bundle)


def _answers(bundle: Bundle) -> Answers:
    counter = Counter(bundle)
    return tuple(_answer(counter, text) for text in TEXTS)


def _answer(counter: Counter, text: str) -> str:
    try:
        answer = counter.check(text, NOW + 1)
    except ShopError:
        return "refused"
    return f"{answer.verdict.grade} {answer.advice} {answer.price and answer.price.text}"


def _whole(content: bytes) -> Answers:
    """The same of a bundle that its publisher signed as it is, and was imported."""
    signed = _resigned(content)
    with _file(signed) as (path, _), Bundle.open(path, PUBLISHER_KEY) as bundle:
        answers = _answers(bundle)
        check_whole(bundle)
        return answers


def _resigned(content: bytes) -> bytes:
    """The same with a header that fits its index and size, as far as it has one, signed by the publisher."""
    if len(content) < TRAILER.size + len(MAGIC):
        return content
    _, size, _ = TRAILER.unpack(content[-TRAILER.size :])
    body, header = content[: -TRAILER.size - size], content[-TRAILER.size - size : -TRAILER.size]
    if not 0 < size < 2000 or b'"index_sha256":"' not in header or not body:
        return content
    blocks = sum(map(int, re.findall(rb'"blocks":([0-9]+)', header)))
    index = body[-blocks * ENTRY.size :] if 0 < blocks < 1000 else b""
    start = header.index(b'"index_sha256":"') + 16
    header = header[:start] + sha256(index).hexdigest().encode() + header[start + 64 :]
    return body + header + TRAILER.pack(PUBLISHER.sign(signed_message(header)), size, MAGIC)


@contextmanager
def _file(content: bytes) -> Iterator[tuple[Path, int]]:
    """A file in memory."""
    descriptor = os.memfd_create("bundle")
    try:
        os.pwrite(descriptor, content, 0)
        yield Path(f"/proc/self/fd/{descriptor}"), descriptor
    finally:
        os.close(descriptor)


HOW = {"opened": _asked, "changed later": _later, "signed": _whole}
"""What is done with a damaged file: it is opened, exchanged for the open one, or signed again and taken as a whole."""
