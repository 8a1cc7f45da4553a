"""Fixes where a size cannot be halved evenly as often as the network does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from math import gcd

from graphscope.doctor.case import Case
from graphscope.doctor.facts.layer_input import input_size
from graphscope.doctor.facts.operands import history_of
from graphscope.doctor.facts.size_causes import Cause, Sizes
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.names import frames_in
from graphscope.doctor.fixes.values import toward, toward_all
from graphscope.doctor.origins import Origin, trace_dimension, trace_value
from graphscope.doctor.source import Editor, refer_to

Entry = tuple[int, int, Origin]
"""An axis of the network's input, its size, and where that came from."""


def odd_fixes(case: Case, sizes: Sizes, cause: Cause) -> Iterator[Fix | None]:
    """Yield other sizes of the input, the next larger and the next smaller ones."""
    entries = [(axis, *found) for axis in sizes.axes if (found := entry_size(case, sizes, axis))]
    uneven = [each for each in entries if each[1] % cause.factor]
    larger = list(_to_multiples(case, uneven, cause.factor, up=True, likelihood=0.9))
    yield from larger
    yield from _to_multiples(case, uneven, cause.factor, up=False, likelihood=0.7)
    if not larger and uneven:
        yield from _other_factors(case, uneven[0], cause.factor)
    yield _resized(case, sizes)


def entry_size(case: Case, sizes: Sizes, axis: int) -> tuple[int, Origin] | None:
    """Return the size of the network's input along an axis, declared or of the data."""
    found = input_size(case, sizes.larger.tensor, axis)
    if found is not None:
        return found
    stages = history_of(case, sizes.larger, axis)
    first = stages[0].call if stages else None
    shape = first.input_specs[0].shape if first is not None and first.input_specs else None
    if first is None or shape is None or len(shape) <= axis or shape[axis] is None:
        return None
    size = shape[axis]
    origin = trace_dimension(case, first.inputs[0], axis, first)
    if size is None:
        return None
    return size, _written_size(case, origin, axis, size) or origin


def _written_size(case: Case, origin: Origin, axis: int, size: int) -> Origin | None:
    """Return the entry for an axis in the shape that an array was made with."""
    for step in origin.walk():
        node, file = step.node, step.file
        if file is None or not isinstance(node, ast.Tuple | ast.List) or len(node.elts) <= axis:
            continue
        if isinstance(step.value, tuple) and step.value[axis : axis + 1] == (size,):
            frame = next((found for found, _ in frames_in(case, file, node)), None)
            return trace_value(case, node.elts[axis], frame, file=file, value=size)
    return None


def _to_multiples(
    case: Case, uneven: list[Entry], factor: int, *, up: bool, likelihood: float
) -> Iterator[Fix]:
    wishes = [
        (origin, -(-size // factor) * factor if up else size // factor * factor)
        for _, size, origin in uneven
    ]
    if not wishes or any(value == 0 for _, value in wishes):
        return
    purpose = f"(a multiple of {factor}), so that it can be halved at every level"
    together = toward_all(case, wishes, purpose=purpose, likelihood=likelihood)
    if together is not None:
        yield together
    if together is None or len({value for _, value in wishes}) == 1:
        others = toward(
            case, *wishes[0], purpose=purpose, likelihood=likelihood - 0.05, limit=2 if up else 1
        )
        seen = {place for fix in [together] if fix for place in fix.places}
        # Of several axes a change of one alone is no cure.
        yield from (fix for fix in others if not (seen & set(fix.places)) and len(fix.edits) >= 1)


def _other_factors(case: Case, entry: Entry, multiple: int) -> Iterator[Fix]:
    """Yield other values of what the size is a product of: `rate * seconds`."""
    _, size, origin = entry
    changes: list[tuple[int, Origin, int]] = []
    for step in origin.walk():
        if step.kind != "arithmetic" or step.value != size or not isinstance(step.node, ast.BinOp):
            continue
        if not isinstance(step.node.op, ast.Mult):
            continue
        for cause in step.causes:
            value = cause.value
            if type(value) is not int or value <= 0 or size % value:
                continue
            rest = size // value
            grain = multiple // gcd(multiple, rest)
            wanted = -(-value // grain) * grain
            changes.append((wanted * rest - size, cause, wanted))
    purpose = f"so that the size is a multiple of {multiple}"
    for rank, (_, cause, wanted) in enumerate(sorted(changes, key=lambda each: each[0])[:2]):
        yield from toward(
            case, cause, wanted, purpose=purpose, likelihood=0.85 - 0.1 * rank, limit=1
        )


def _resized(case: Case, sizes: Sizes) -> Fix | None:
    """Bring what was enlarged again to the size of the map that it meets."""
    conflict, rank = sizes.conflict, len(sizes.larger.shape)
    if rank != 4 or conflict.file is None or not case.program.is_own(conflict.file.path):
        return None
    ways = sizes.ways
    grown, other = (
        (sizes.larger, sizes.smaller)
        if len(ways.left) > len(ways.right)
        else (sizes.smaller, sizes.larger)
    )
    nodes = sizes.node_of(grown), sizes.node_of(other)
    if nodes[0] is None or nodes[1] is None:
        return None
    reference = refer_to(conflict.file, "keras.layers.Resizing")
    target = conflict.file.segment(nodes[1])
    text = f"{reference.text}({target}.shape[1], {target}.shape[2])("
    editor = reference.imported(Editor(conflict.file)).wrap(nodes[0], text, ")")
    return make_fix(
        editor,
        f"Resize {grown.text} to the size of {other.text} before the merge",
        repair_class=RepairClass.B, likelihood=0.55,
    )  # fmt: skip
