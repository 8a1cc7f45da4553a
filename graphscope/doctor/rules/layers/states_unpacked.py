"""What a recurrent layer returns is unpacked into another number of names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import failing
from graphscope.doctor.facts.home import bases_of
from graphscope.doctor.facts.operands import recorded_at
from graphscope.doctor.facts.states import needed_states, recurrent_part
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation, make_fix
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, distinct, label, place_of, shape

ID = "states-unpacked"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the names on the left with the tensors that the layer returned."""
    found = failing(case)
    if found is None or not case.program.is_own(found.file.path):
        return
    statement = found.file.statement_of(found.node)
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return
    target = statement.targets[0]
    call = recorded_at(case, found.file, statement.value)
    if not isinstance(target, ast.Tuple | ast.List) or call is None or call.error is not None:
        return
    if any(isinstance(each, ast.Starred) for each in target.elts):
        return
    if needed_states(call.operation) is None or len(call.outputs) == len(target.elts):
        return
    yield _diagnosis(case, found.file, target, call)


def _diagnosis(
    case: Case, file: SourceFile, target: ast.Tuple | ast.List, call: CallRecord
) -> Diagnosis:
    layer = call.operation
    names = [file.segment(each) for each in target.elts]
    place = Place(file.path, target.lineno)
    returns_state = bool(getattr(recurrent_part(layer), "return_state", False))
    kinds = _returned(layer, returns_state)
    shapes = ", ".join(shape(spec) for spec in call.output_specs)
    fixes = tuple(_fixes(case, file, target, call, returns_state))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.97,
        f"{label(layer)}{at(case, place_of(case, layer))} returns {_count(len(call.outputs))}, "
        f"({', '.join(kinds)}), and `{', '.join(names)} = ...`{at(case, place)} unpacks "
        f"{len(names)}.\n"
        f"The shapes are {shapes}.\n{_why(layer, returns_state)}",
        places=distinct([*(line for fix in fixes[:1] for line in fix.places), place]),
        layer=layer.name,
        evidence=(
            Evidence("shape", f"{label(layer)} returns {shapes}", place),
            Evidence("value", f"return_state={returns_state}, names: {', '.join(names)}", place),
            Evidence("note", _why(layer, returns_state)),
        ),
        fixes=fixes,
    )


def _count(count: int) -> str:
    return "1 tensor" if count == 1 else f"{count} tensors"


def _returned(layer: Any, returns_state: bool) -> list[str]:
    if not returns_state:
        if "Bidirectional" in bases_of(layer) and getattr(layer, "merge_mode", "") is None:
            return ["forward outputs", "backward outputs"]
        return ["outputs"]
    part = bases_of(recurrent_part(layer))
    kinds = ["h", "c"] if part & {"LSTM", "ConvLSTM"} else ["state"]
    if kinds == ["state"] and not part & {"GRU", "SimpleRNN"}:
        count = len(needed_states(layer) or ())
        return ["outputs", *(f"state {index + 1}" for index in range(count))]
    if "Bidirectional" in bases_of(layer):
        return ["outputs", *(f"{way} {kind}" for way in ("forward", "backward") for kind in kinds)]
    return ["outputs", *kinds]


def _why(layer: Any, returns_state: bool) -> str:
    kind = type(recurrent_part(layer)).__name__
    if not returns_state:
        return (
            f"A {kind} returns its states only with return_state=True; return_sequences=True asks "
            "for the output of each time step."
        )
    if "Bidirectional" in bases_of(layer):
        return (
            "A Bidirectional layer returns the states of both directions, forward then backward: "
            "for an LSTM outputs, forward h, forward c, backward h, backward c."
        )
    return (
        f"With return_state=True a {kind} returns "
        + ("(outputs, h, c)" if kind == "LSTM" else "(outputs, state)")
        + ": an LSTM has two states, h and c, a GRU has one."
    )


def _fixes(
    case: Case,
    file: SourceFile,
    target: ast.Tuple | ast.List,
    call: CallRecord,
    returns_state: bool,
) -> Iterator[Fix]:
    layer, names = call.operation, [file.segment(each) for each in target.elts]
    expected = len(_returned(layer, True))
    if not returns_state and len(names) == expected:
        fix = fix_creation(
            case, recurrent_part(layer), "return_state", "True", likelihood=0.95,
            title=f"Give {label(layer)} return_state=True", repair_class=RepairClass.A,
        )  # fmt: skip
        if fix is not None:
            yield fix
    if "Bidirectional" in bases_of(layer) and returns_state:
        joined = _joined_states(file, target, names, len(call.outputs))
        if joined is not None:
            yield joined
    for text, title, likelihood in _lists(names, len(call.outputs), layer):
        fix = make_fix(
            Editor(file).replace(target, text), title, likelihood=likelihood,
        )  # fmt: skip
        if fix is not None:
            yield fix


def _joined_states(
    file: SourceFile, target: ast.Tuple | ast.List, names: list[str], count: int
) -> Fix | None:
    """Unpack the states of both directions, and join them under the names that are used on."""
    states = names[1:]
    statement = file.statement_of(target)
    if not states or count != 1 + 2 * len(states) or not all(n.isidentifier() for n in states):
        return None
    ways = [f"{way}_{name}" for way in ("forward", "backward") for name in states]
    reference = refer_to(file, "keras.layers.Concatenate")
    half = len(states)
    values = ", ".join(
        f"{reference.text}()([{ways[index]}, {ways[index + half]}])" for index in range(half)
    )
    editor = reference.imported(Editor(file))
    editor.replace(target, ", ".join([names[0], *ways]))
    editor.insert_after(statement, f"{', '.join(states)} = {values}")
    return make_fix(
        editor,
        f"Unpack all {count} and concatenate the states of both directions: {', '.join(states)}",
        repair_class=RepairClass.A,
        likelihood=0.93,
    )


def _lists(names: list[str], count: int, layer: Any) -> Iterator[tuple[str, str, float]]:
    if count < 2:
        return
    bidirectional = "Bidirectional" in bases_of(layer)
    if len(names) < count:
        added = _more(names, count, bidirectional)
        yield ", ".join(added), f"Unpack all {count}: {', '.join(added)}", 0.9
        if len(names) == 2:
            last = f"{names[0]}, *{names[1]}"
            yield last, f"Keep the states together as a list in {names[1]}", 0.6
    else:
        yield ", ".join(names[:count]), f"Unpack {count} only", 0.6


def _more(names: list[str], count: int, bidirectional: bool) -> list[str]:
    """Return the names with new ones for what was left over."""
    missing = count - len(names)
    taken = set(names)
    if bidirectional and missing == len(names) - 1:
        return [*names, *(f"{name}_backward" for name in names[1:])]
    fresh = [name for name in ("c", "state_c", "cell_state", "extra_1", "extra_2", "extra_3")
             if name not in taken]  # fmt: skip
    return [*names, *(fresh[:missing] if missing == 1 else [f"state_{n}" for n in range(missing)])]
