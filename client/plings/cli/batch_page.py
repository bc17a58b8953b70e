"""What `plings batch show` tells of a batch account."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from plings.cli.amounts import both
from plings.identity import format_segment

if TYPE_CHECKING:
    from plings.batches import FoundBatchAccount
    from plings.program.accounts import BatchAccount


def batch_facts(found: FoundBatchAccount) -> dict[str, Any]:
    """For JSON: of the slots, those that are taken."""
    batch = found.batch
    taken = [
        {
            "slot": at,
            "path": _path(batch, at),
            "owner": str(slot.owner),
            "leaf_number": slot.leaf_number,
            "address_hash": f"{slot.address_hash:022x}",
        }
        for at, slot in enumerate(batch.slots)
        if slot
    ]
    return {
        "batch_account": str(found.address),
        "path_to_batch": batch.path_to_batch,
        "number": batch.number,
        "rent_payer": str(batch.rent_payer),
        "slot_rent_lamports": batch.slot_rent_lamports,
        "rent_owed_lamports": batch.rent_owed_lamports,
        "free_slots": len(batch.slots) - len(taken),
        "taken_slots": taken,
    }


def batch_lines(found: FoundBatchAccount) -> list[tuple[str, object]]:
    """For people: free slots that follow one another are one line."""
    batch = found.batch
    return [
        ("batch account", found.address),
        ("rent paid by", batch.rent_payer),
        ("rent owed", both(batch.rent_owed_lamports)),
        ("rent of a slot", both(batch.slot_rent_lamports)),
        *_slot_lines(batch),
    ]


def _slot_lines(batch: BatchAccount) -> Iterator[tuple[str, object]]:
    for is_free, group in groupby(enumerate(batch.slots), lambda numbered: numbered[1] is None):
        slots = list(group)
        if is_free:
            first, last = slots[0][0], slots[-1][0]
            yield f"slot {first}" if first == last else f"slots {first} to {last}", "free"
        for at, slot in slots:
            if slot:
                yield f"slot {at}", f"{slot.owner}, {_path(batch, at)}, leaf {slot.leaf_number:,}"


def _path(batch: BatchAccount, slot: int) -> str:
    return f"{batch.path_to_batch}.{format_segment(batch.number * len(batch.slots) + slot)}"
