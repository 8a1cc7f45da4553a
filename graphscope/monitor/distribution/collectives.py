"""The collectives of a compiled step, from the text of its HLO module.

XLA keeps with each instruction the name of the operation it was made for, in which JAX writes the
named scopes: Keras opens one for each layer. `jvp(...)` marks the forward pass under a gradient,
`transpose(jvp(...))` the backward pass. A combined all-reduce has many operands; each belongs to
the layer whose instruction made it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphscope.monitor.distribution.scopes import Scopes
from graphscope.runs.distribution import Collective, Phase

_KINDS = (
    "all-reduce", "all-gather", "reduce-scatter", "all-to-all", "collective-permute",
    "collective-broadcast", "ragged-all-to-all",
)  # fmt: skip
_INSTRUCTION = re.compile(r"^\s*(?:ROOT )?%?(?P<name>[\w.-]+) = (?P<rest>.+)$")
_SHAPE = re.compile(r"([a-z]\w*)\[([\d,]*)\]")
_OPERAND = re.compile(r"%([\w.-]+)")
_OPERATION_NAME = re.compile(r'op_name="([^"]*)"')
_BITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Instruction:
    name: str
    shapes: Sequence[int]
    """Bytes of each result."""
    opcode: str
    operands: Sequence[str]
    operation: str
    text: str


def find_collectives(hlo: str, layers: Sequence[str]) -> list[Collective]:
    """Return what devices exchange in a compiled module.

    Args:
        hlo: the module's text, after partitioning.
        layers: paths of all layers of the model.
    """
    instructions = list(_parse(hlo))
    by_name = {each.name: each for each in instructions}
    paths = Scopes(layers)
    return [
        found
        for each in instructions
        if (kind := _kind_of(each.opcode)) is not None
        for found in _of_instruction(each, kind, by_name, paths)
    ]


def _kind_of(opcode: str) -> str | None:
    """Return what kind of collective an instruction is; its `-done` half is not counted again."""
    kind = opcode.removesuffix("-start")
    return kind if kind in _KINDS else None


def _parse(hlo: str) -> Iterator[_Instruction]:
    for line in hlo.splitlines():
        match = _INSTRUCTION.match(line)
        if match is None:
            continue
        rest = re.sub(r"/\*.*?\*/", "", match["rest"])
        result, after = _split_result(rest)
        opcode, _, arguments = after.partition("(")
        named = _OPERATION_NAME.search(rest)
        yield _Instruction(
            match["name"],
            [_bytes(kind, extents) for kind, extents in _SHAPE.findall(result)],
            opcode.strip(),
            _OPERAND.findall(arguments.partition(")")[0]),
            named[1] if named else "",
            rest,
        )


def _split_result(rest: str) -> tuple[str, str]:
    """Split an instruction into its results' shapes and what computes them."""
    if not rest.startswith("("):
        result, _, after = rest.partition(" ")
        return result, after
    end = rest.find(") ")
    return rest[: end + 1], rest[end + 2 :]


def _bytes(kind: str, extents: str) -> int:
    bits = _BITS.search(kind)
    size = int(bits[0]) if bits else 8  # `pred` takes a byte.
    return math.prod(int(each) for each in extents.split(",") if each) * size // 8


def _of_instruction(
    instruction: _Instruction, kind: str, by_name: Mapping[str, _Instruction], paths: Scopes
) -> Iterator[Collective]:
    """Yield one collective for each tensor that is exchanged."""
    size = _group_size(instruction.text)
    if len(instruction.operands) <= 1 or kind == "all-to-all":
        served = [(instruction, sum(_results(instruction)))]
    else:
        makers = (by_name.get(name, instruction) for name in instruction.operands)
        served = list(zip(makers, _results(instruction), strict=False))
    for maker, count in served:
        operation = maker.operation or instruction.operation
        yield Collective(
            kind, paths.find(operation), phase_of(operation), count, size, operation,
            instruction.name,
        )  # fmt: skip


def _results(instruction: _Instruction) -> Sequence[int]:
    """Return the bytes of what an instruction makes; the first half of `-start` is its input."""
    if instruction.opcode.endswith("-start") and len(instruction.shapes) > 1:
        return instruction.shapes[len(instruction.shapes) // 2 :]
    return instruction.shapes


def phase_of(operation: str) -> Phase:
    """Return the part of a training step that an operation's name speaks of."""
    if "transpose(" in operation:
        return "backward"
    return "forward" if "jvp(" in operation else "update"


def _group_size(text: str) -> int:
    """Return how many devices exchange: XLA has three ways to write the groups."""
    if listed := re.search(r"replica_groups=\{\{([\d,]+)\}", text):
        return len(listed[1].split(","))
    if counted := re.search(r"replica_groups=\[(\d+),(\d+)\]<=", text):
        return int(counted[2])
    if meshed := re.search(r"replica_groups=mesh\[([^\]]*)\] \{([^}]*)\}", text):
        sizes = dict(re.findall(r"'([^']+)'=(\d+)", meshed[1]))
        return math.prod(int(sizes[axis]) for axis in re.findall(r"'([^']+)'", meshed[2]))
    if pairs := re.search(r"source_target_pairs=\{(.*?)\}\}", text):
        return len(set(re.findall(r"\d+", pairs[1])))
    return 1
