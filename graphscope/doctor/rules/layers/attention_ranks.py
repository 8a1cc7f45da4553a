"""Multi-head attention on queries and values that do not belong together, or heads that do not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import failing
from graphscope.doctor.facts.home import (
    argument_node,
    bases_of,
    bound_arguments,
    home_of,
    layers_around,
    written_at,
)
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import Origin, as_evidence, describe, trace_value
from graphscope.doctor.records import CallRecord, Shape
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at, call_place, distinct, label, shape

ID = "attention-ranks"

_HEADED = {"MultiHeadAttention", "GroupedQueryAttention", "GroupQueryAttention"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the ranks and lengths of query, value and key."""
    if case.failure is not None and case.failure.creating is not None:
        yield from _heads(case)
    for call in layers_around(case):
        if bases_of(call.operation) & _HEADED:
            yield from _inputs(case, home_of(case, call))
            return


def _inputs(case: Case, call: CallRecord) -> Iterator[Diagnosis]:
    given = bound_arguments(call)
    shapes = {
        name: found
        for name in ("query", "value", "key")
        if (found := _shape(call, given.get(name))) is not None
    }
    flat = [name for name, found in shapes.items() if len(found) < 3]
    if flat:
        yield _of_rank(case, call, shapes, flat)
        return
    value, key = shapes.get("value"), shapes.get("key")
    if value and key and None not in (value[-2], key[-2]) and value[-2] != key[-2]:
        yield _of_length(case, call, shapes)


def _shape(call: CallRecord, tensor: Any) -> Shape | None:
    for given, spec in zip(call.inputs, call.input_specs, strict=False):
        if given is tensor:
            return spec.shape
    return shape_of(tensor)


def _facts(shapes: dict[str, Shape]) -> str:
    return ", ".join(f"{name} {shape(found)}" for name, found in shapes.items())


def _of_rank(case: Case, call: CallRecord, shapes: dict[str, Shape], flat: list[str]) -> Diagnosis:
    layer, place = call.operation, call_place(call)
    fixes = tuple(_with_axis(case, call, flat))
    names = " and ".join(flat)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{label(layer)}{at(case, place)} received {_facts(shapes)}: {names} has rank 2, and each "
        "of them must be a sequence of rank 3, (batch, steps, features).\n"
        "Keras builds the layer all the same; its scores fail when it is run.\n"
        f"Give {names} an axis of one step (ops.expand_dims(x, 1), or x[:, None, :]), or attend "
        "before the sequence is pooled or flattened.",
        places=distinct([*(line for fix in fixes[:1] for line in fix.places), place]),
        layer=layer.name,
        evidence=tuple(
            Evidence("shape", f"{name}: {shape(found)}, rank {len(found)}", place)
            for name, found in shapes.items()
        ),
        fixes=fixes,
    )


def _with_axis(case: Case, call: CallRecord, flat: list[str]) -> Iterator[Fix]:
    written = written_at(case, call)
    if written is None:
        return
    file, node, _ = written
    expand = refer_to(file, "keras.ops.expand_dims")
    editor = expand.imported(Editor(file))
    for name in flat:
        argument = argument_node(call, node, name)
        if argument is None:
            return
        editor.replace(argument, f"{expand.text}({file.segment(argument)}, 1)")
    # What was one vector stays one: the axis of its single step is taken away again.
    after = Editor(file)
    squeeze = refer_to(file, "keras.ops.squeeze")
    if flat == ["query"]:
        argument = argument_node(call, node, "query")
        whole = file.segment(node)
        if argument is not None:
            inner = file.segment(argument)
            text = whole.replace(inner, f"{expand.text}({inner}, 1)", 1)
            squeeze.imported(expand.imported(after)).replace(node, f"{squeeze.text}({text}, 1)")
            fix = make_fix(
                after, "Give the query a step of its own, and take it away again after",
                likelihood=0.8,
            )  # fmt: skip
            if fix is not None:
                yield fix
    fix = make_fix(editor, f"Give {' and '.join(flat)} a step axis", likelihood=0.75)
    if fix is not None:
        yield fix


def _of_length(case: Case, call: CallRecord, shapes: dict[str, Shape]) -> Diagnosis:
    layer, place = call.operation, call_place(call)
    value, key = shapes["value"], shapes["key"]
    fixes = tuple(_key_of_value(case, call))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{label(layer)}{at(case, place)} received {_facts(shapes)}: each key belongs to one "
        f"value, so key and value must have one length; {key[-2]} and {value[-2]} differ.\n"
        "The arguments are (query, value, key); without a key the value serves as both.",
        places=distinct([*(line for fix in fixes[:1] for line in fix.places), place]),
        layer=layer.name,
        evidence=tuple(
            Evidence("shape", f"{name}: {shape(found)}", place) for name, found in shapes.items()
        ),
        fixes=fixes,
    )


def _key_of_value(case: Case, call: CallRecord) -> Iterator[Fix]:
    written = written_at(case, call)
    if written is None:
        return
    file, node, _ = written
    value, key = (argument_node(call, node, name) for name in ("value", "key"))
    query = argument_node(call, node, "query")
    if value is None or key is None:
        return
    fix = make_fix(
        Editor(file).replace(key, file.segment(value)),
        f"Use {file.segment(value)} as the key too",
        repair_class=RepairClass.B, likelihood=0.85,
    )  # fmt: skip
    if fix is not None:
        yield fix
    if query is not None and ast.dump(query) != ast.dump(key):
        fix = make_fix(
            Editor(file).replace(value, file.segment(key)),
            f"Use {file.segment(key)} as the value too", likelihood=0.5,
        )  # fmt: skip
        if fix is not None:
            yield fix


def _heads(case: Case) -> Iterator[Diagnosis]:
    """Query heads that cannot be shared out among the key and value heads."""
    failure, found = case.failure, failing(case)
    assert failure is not None and failure.creating is not None
    cls = failure.creating[0]
    if cls.__name__ not in _HEADED or found is None or not isinstance(found.node, ast.Call):
        return
    frame = next((held for name, _, _, held in failure.keras_frames if "__init__" in name), {})
    many, few = frame.get("num_query_heads"), frame.get("num_key_value_heads")
    if not isinstance(many, int) or not isinstance(few, int) or few <= 0 or many % few == 0:
        return
    divisors = [each for each in range(1, many + 1) if many % each == 0]
    near = sorted(divisors, key=lambda each: (abs(each - few), -each))[:2]
    node = next(
        (each.value for each in found.node.keywords if each.arg == "num_key_value_heads"), None
    )
    if node is None and len(found.node.args) > 2:
        node = found.node.args[2]
    origin = trace_value(case, node, found.frame, file=found.file) if node is not None else None
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{cls.__name__}{at(case, found.place)} has {many} query heads for {few} key and value "
        f"heads: {many} / {few} leaves {many % few}.\n"
        "Each key and value head serves the same number of query heads, so num_query_heads must "
        f"be a multiple of num_key_value_heads.\n{many} is divisible by "
        f"{', '.join(map(str, divisors))}."
        + (f"\n{few} comes from {describe(case, origin)[:200]}." if origin else ""),
        places=distinct([found.place, *(origin.places if origin else ())]),
        layer=cls.__name__,
        evidence=(
            Evidence("arithmetic", f"{many} % {few} = {many % few}", found.place),
            *(as_evidence(case, origin) if origin else ()),
        ),
        fixes=tuple(_head_counts(case, origin, near)),
    )


def _head_counts(case: Case, origin: Origin | None, counts: list[int]) -> Iterator[Fix]:
    for rank, count in enumerate(counts):
        if origin is not None:
            yield from toward(
                case, origin, count, purpose="so that the heads divide", limit=1,
                likelihood=0.8 - 0.1 * rank,
            )  # fmt: skip
