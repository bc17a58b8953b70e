"""Events are read from what the program itself wrote, and from no line that only looks like it."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Any

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import SOL, World, address_of, interface_of, keypair_for
from plings.chain import Confirmed, EmbeddedCluster
from plings.program import PROGRAM_ID, pda, program_binary
from plings.program import instructions as ix
from plings.program.events import DATA, Event, decode_event, decode_events, jsonable
from plings.program.interface import IDL, TOKEN_PROGRAM_ID
from program.journey import MAKER, PLATFORM, deposit, travel

MEMO_ID = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
STRANGER = address_of("a program of mallory")
EVENT = Event("ProgramPaused", {"authority": PLATFORM.pubkey(), "timestamp": 1})


def discriminator(name: str) -> bytes:
    (event,) = [event for event in IDL["events"] if event["name"] == name]
    return bytes(event["discriminator"])


RAW = discriminator("ProgramPaused") + bytes(PLATFORM.pubkey()) + (1).to_bytes(8, "little")
LINE = DATA + base64.b64encode(RAW).decode()


def invoke(program: Pubkey, depth: int = 1) -> str:
    return f"Program {program} invoke [{depth}]"


def success(program: Pubkey) -> str:
    return f"Program {program} success"


def failed(program: Pubkey) -> str:
    return f"Program {program} failed: custom program error: 0x1"


def consumed(program: Pubkey) -> str:
    return f"Program {program} consumed 5 of 200000 compute units"


GENUINE = {
    "alone": [invoke(PROGRAM_ID), LINE, consumed(PROGRAM_ID), success(PROGRAM_ID)],
    "called by another program": [
        invoke(STRANGER),
        invoke(PROGRAM_ID, 2),
        LINE,
        success(PROGRAM_ID),
        success(STRANGER),
    ],
    "after a call of its own": [
        invoke(PROGRAM_ID),
        invoke(TOKEN_PROGRAM_ID, 2),
        "Program log: Instruction: TransferChecked",
        consumed(TOKEN_PROGRAM_ID),
        success(TOKEN_PROGRAM_ID),
        LINE,
        success(PROGRAM_ID),
    ],
    "after another instruction": [invoke(STRANGER), success(STRANGER), invoke(PROGRAM_ID), LINE, success(PROGRAM_ID)],
    "in logs that end too soon": [invoke(PROGRAM_ID), LINE, "Log truncated"],
    "beside what is no event": [
        invoke(PROGRAM_ID),
        DATA,
        DATA + "!!!",
        DATA + base64.b64encode(b"unknown!" + RAW[8:]).decode(),
        LINE,
        success(PROGRAM_ID),
    ],
}

SPOOFED = {
    "nobody runs": [LINE],
    "another program runs": [invoke(STRANGER), LINE, success(STRANGER)],
    "another program runs after ours": [
        invoke(PROGRAM_ID),
        success(PROGRAM_ID),
        invoke(STRANGER),
        LINE,
        success(STRANGER),
    ],
    "ours is over within another's": [
        invoke(STRANGER),
        invoke(PROGRAM_ID, 2),
        consumed(PROGRAM_ID),
        success(PROGRAM_ID),
        LINE,
        success(STRANGER),
    ],
    "ours failed within another's": [invoke(STRANGER), invoke(PROGRAM_ID, 2), failed(PROGRAM_ID), LINE],
    "a program that ours called": [
        invoke(PROGRAM_ID),
        invoke(STRANGER, 2),
        LINE,
        success(STRANGER),
        success(PROGRAM_ID),
    ],
    "a log line says that ours runs": [
        invoke(STRANGER),
        f"Program log: {invoke(PROGRAM_ID, 2)}",
        LINE,
        success(STRANGER),
    ],
    "a log of several lines says so": [
        invoke(STRANGER),
        f"Program log: hello\n{invoke(PROGRAM_ID, 2)}\n{LINE}\n{success(PROGRAM_ID)}",
        LINE,
        success(STRANGER),
    ],
    "a log line is an event": [invoke(PROGRAM_ID), f"Program log: {LINE}", success(PROGRAM_ID)],
    "return data is no event": [invoke(PROGRAM_ID), f"Program return: {PROGRAM_ID} {LINE}", success(PROGRAM_ID)],
    "a program whose address begins alike": [
        f"Program {str(PROGRAM_ID)[:-1]} invoke [1]",
        LINE,
        f"Program {str(PROGRAM_ID)[:-1]} success",
    ],
    "an invocation with words behind it": [f"{invoke(PROGRAM_ID)} ", LINE],
    "another program at the depth where ours was": [
        invoke(STRANGER),
        invoke(PROGRAM_ID, 2),
        # the end of ours is missing, as in logs that somebody cut
        invoke(STRANGER, 2),
        LINE,
    ],
    "an end of ours that another program wrote": [
        invoke(STRANGER),
        f"Program log: {success(STRANGER)}",
        LINE,
        success(STRANGER),
    ],
}


@pytest.mark.parametrize("logs", GENUINE.values(), ids=GENUINE)
def test_own_line_is_an_event(logs: list[str]) -> None:
    assert decode_events(logs) == [EVENT]


@pytest.mark.parametrize("logs", SPOOFED.values(), ids=SPOOFED)
def test_line_of_somebody_else_is_none(logs: list[str]) -> None:
    assert decode_events(logs) == []


def test_no_line_that_hides_our_end_leaves_room_for_an_event() -> None:
    """The runtime drops lines for which a log has no room. A line that ends our run is shorter than any event's, so
    where it was dropped no event of a stranger fits."""
    fixed = {event["name"]: 8 + _fixed_bytes(event["name"]) for event in IDL["events"]}
    shortest = len(DATA) + min(4 * -(-size // 3) for size in fixed.values())
    assert len(success(PROGRAM_ID)) < shortest


def test_words_in_a_memo_are_no_event() -> None:
    logs = [invoke(MEMO_ID), f'Program log: Memo (len {len(LINE)}): "{LINE}"', success(MEMO_ID)]
    assert decode_events(logs) == []


async def test_memo_on_chain_is_no_event(world: World) -> None:
    for text in (LINE, f"\n{invoke(PROGRAM_ID)}\n{LINE}\n", RAW.hex()):
        receipt = await world.send(Instruction(MEMO_ID, text.encode(), []), ix.pause(authority=PLATFORM.pubkey()))
        assert [event.name for event in receipt.events] == ["ProgramPaused"]
        await world.send(ix.unpause(authority=PLATFORM.pubkey()))


async def test_events_of_a_transaction_are_in_its_order(world: World) -> None:
    first, second = MAKER.code("2.G.3j"), MAKER.code("2.G.3k")
    receipt = await world.send(
        deposit(keypair_for("bob"), pda.payment_address(first), SOL),
        world.payment(first, "alice"),
        world.offer(first, "alice"),
        world.refund(first, "bob", SOL),
    )
    assert [event.name for event in receipt.events] == ["ObjectCreated", "ListedForSale", "DepositRefunded"]
    assert (await world.send(world.payment(second, "bob"))).event.fields["path"] == "2.3.2.G.3k"


class NotedEvents(EmbeddedCluster):
    """A cluster that keeps what each instruction of ours told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, set[str]] = {}

    async def send(self, instructions: Sequence[Instruction], *arguments: Any, **others: Any) -> Confirmed:
        confirmed = await super().send(instructions, *arguments, **others)
        ours = [interface_of(each)["name"] for each in instructions if each.program_id == PROGRAM_ID]
        told = [event.name for event in decode_events(confirmed.logs)]
        if ours[:1] == ["prove_printed"]:
            self.told.setdefault(ours.pop(0), set()).add(told.pop(0))
        for name in ours:
            assert len(ours) == 1, "whose the events of a transaction are would not be clear"
            self.told.setdefault(name, set()).update(told)
        return confirmed


async def test_every_instruction_tells_what_it_did() -> None:
    """None is silent, and no event is in the interface that none of them tells."""
    async with NotedEvents() as cluster:
        cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=PLATFORM.pubkey())
        await travel(cluster)
    assert cluster.told.keys() == {instruction["name"] for instruction in IDL["instructions"]}
    assert set().union(*cluster.told.values()) == {event["name"] for event in IDL["events"]}
    own = {"ObjectCreated", "ObjectPurchased"}
    several = {name: events for name, events in cluster.told.items() if len(events) != 1}
    assert several == {
        "handle_payment": own,
        "sponsored_payment": {"ObjectCreated", "PaymentSponsored", "MicroPaymentProcessed"},
        "process_payment": {*own, "PaymentSponsored", "MicroPaymentProcessed", "BatchPaymentProcessed"},
    }


def test_bytes_that_are_no_event_are_none() -> None:
    assert decode_event(b"") is None
    assert decode_event(b"12345678") is None
    assert decode_event(RAW) == EVENT


def test_fields_fit_json() -> None:
    assert jsonable(PLATFORM.pubkey()) == str(PLATFORM.pubkey())
    assert (jsonable(5), jsonable("2.3")) == (5, "2.3")
    assert jsonable({"buyer": PLATFORM.pubkey(), "terms": {"least": 1}}) == {
        "buyer": str(PLATFORM.pubkey()),
        "terms": {"least": 1},
    }


def test_lines_of_the_runtime_are_read_whole() -> None:
    """A line with a newline in it is no line of the runtime's."""
    assert not re.search(r"\n", invoke(PROGRAM_ID))
    assert decode_events([invoke(PROGRAM_ID) + "\n", LINE]) == []


def _fixed_bytes(name: str) -> int:
    """The least that the fields of an event, or of a struct in one, take: texts may be empty."""
    (fields,) = [each["type"]["fields"] for each in IDL["types"] if each["name"] == name]
    return sum(_size(field["type"]) for field in fields)


def _size(kind: Any) -> int:
    sizes = {"pubkey": 32, "u64": 8, "i64": 8, "u32": 4, "u16": 2, "u8": 1, "bool": 1, "string": 4}
    if isinstance(kind, dict) and "defined" in kind:
        return _fixed_bytes(kind["defined"]["name"])
    if isinstance(kind, dict):
        element, number = kind["array"]
        return _size(element) * int(number)
    return sizes[kind]


@pytest.mark.parametrize("body", [b"", bytes(8), b"\xff" * 200, b"\x01\x00\x00\x00\xff" + bytes(400)])
def test_bytes_that_no_program_of_ours_wrote_are_no_event(body: bytes) -> None:
    """A node may tell anything, also to somebody who has just paid."""
    assert decode_event(discriminator("MicroPaymentProcessed") + body) is None
