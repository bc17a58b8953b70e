"""Deliberately broken programs: one instruction or one byte of data changed in the compiled file."""

import random
import struct
from collections.abc import Iterator

CALL, LONG_LOAD, INSTRUCTION_BYTES = 0x85, 0x18, 8
OPPOSITE = {
    0x0F: 0x1F, 0x1F: 0x0F,  # add, subtract
    0x4F: 0x5F, 0x5F: 0x4F,  # or, and
    0x6F: 0x7F, 0x7F: 0x6F,  # shift left, right
    0x15: 0x55, 0x55: 0x15,  # if equal to a constant, if not
    0x1D: 0x5D, 0x5D: 0x1D,  # if equal to a register, if not
    0x2D: 0x3D, 0xA5: 0x25, 0xAD: 0xBD, 0x65: 0xC5,  # comparisons
    0x71: 0x69, 0x7B: 0x63,  # loads and stores of another width
}  # fmt: skip


def section(program: bytes, wanted: bytes) -> range:
    """Where in the ELF file a section's bytes are."""
    table = struct.unpack_from("<Q", program, 40)[0]
    count, names_at = struct.unpack_from("<HH", program, 60)
    headers = [struct.unpack_from("<IIQQQQ", program, table + 64 * number) for number in range(count)]
    names = program[headers[names_at][4] :]
    for name, _, _, _, start, size in headers:
        if names[name:].split(b"\0", 1)[0] == wanted:
            return range(start, start + size)
    raise LookupError(wanted)


def instructions(program: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Offset, operation, source register and constant of each instruction."""
    text = section(program, b".text")
    at = text.start
    while at < text.stop:
        operation, registers, _, constant = struct.unpack_from("<BBhi", program, at)
        yield at, operation, registers >> 4, constant
        at += 2 * INSTRUCTION_BYTES if operation == LONG_LOAD else INSTRUCTION_BYTES


def calls(program: bytes) -> list[tuple[int, int]]:
    """Offset and target of each call of one of the program's own functions (a syscall's constant is -1)."""
    found = [
        (at, at + (constant + 1) * INSTRUCTION_BYTES)
        for at, operation, source, constant in instructions(program)
        if operation == CALL and source == 1 and constant != -1
    ]
    # not the functions that only abort: one for another changes nothing
    return [
        (at, target)
        for at, target in found
        if (program[target], program[target + 4 : target + 8]) != (CALL, b"\xff" * 4)
    ]


def with_bytes(program: bytes, at: int, new: bytes) -> bytes:
    return program[:at] + new + program[at + len(new) :]


def call_redirected(program: bytes, source: random.Random) -> tuple[str, bytes]:
    found = calls(program)
    at, target = source.choice(found)
    other = source.choice(sorted({each for _, each in found} - {target}))
    constant = (other - at) // INSTRUCTION_BYTES - 1
    return f"call at {at:#x} to {other:#x}, not {target:#x}", with_bytes(program, at + 4, struct.pack("<i", constant))


def operation_swapped(program: bytes, source: random.Random) -> tuple[str, bytes]:
    at, operation = source.choice(
        [(at, operation) for at, operation, *_ in instructions(program) if operation in OPPOSITE]
    )
    new = OPPOSITE[operation]
    return f"operation at {at:#x} {new:#x}, not {operation:#x}", with_bytes(program, at, bytes([new]))
