"""A shape is given as a number, or as several arguments, where one tuple is needed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.binding import bound_expression
from graphscope.doctor.facts.user_call import UserCall, user_calls
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix, parameter_names
from graphscope.doctor.origins import as_evidence, trace_value
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, code, distinct

ID = "shape-not-a-tuple"

SHAPES = {
    "shape", "input_shape", "target_shape", "batch_shape", "batch_input_shape", "newshape",
    "new_shape", "output_shape", "noise_shape", "dims",
}  # fmt: skip
"""Parameters that want one tuple of sizes."""


@dataclass(frozen=True, slots=True, eq=False)
class _Number:
    """A shape that is a number, with the numbers that follow it as arguments of their own."""

    parameter: str
    node: ast.expr
    value: int
    following: tuple[ast.expr, ...]
    taken_for: tuple[str, ...]


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the calls that led to the failure for a shape that is a number."""
    failure = case.failure
    if failure is None or not isinstance(failure.exception, TypeError | ValueError):
        return
    for call in [*list(user_calls(case))[:3], *_makers(case)]:
        found = _number(call)
        if found is not None and _was_refused(call, found):
            yield _tell(call, found)
            return


def _makers(case: Case) -> Iterator[UserCall]:
    """Yield the calls that made layers with an `input_shape`, which is looked at later on."""
    for creation in reversed(case.recording.creations):
        found = case.program.call(creation.site[0]) if creation.site else None
        if found is not None and _is_size(creation.kwargs.get("input_shape")):
            yield UserCall(case, creation.site[0], *found, type(creation.instance))


def _number(call: UserCall) -> _Number | None:
    function = _function(call)
    names = parameter_names(function) if function is not None else []
    for index, node in enumerate(call.node.args):
        name = names[index] if index < len(names) else ""
        value = call.value(node)
        if name in SHAPES and _is_size(value):
            rest = call.node.args[index + 1 :]
            sizes = tuple(each for each in rest if _is_size(call.value(each)))
            if len(sizes) != len(rest):
                sizes = ()
            return _Number(name, node, value, sizes, tuple(names[index + 1 :][: len(sizes)]))
    for keyword in call.node.keywords:
        value = call.value(keyword.value)
        if keyword.arg in SHAPES and _is_size(value):
            return _Number(str(keyword.arg), keyword.value, value, (), ())
    return None


def _function(call: UserCall) -> Any:
    name = getattr(call.function, "__module__", None) or ""
    is_keras = name.split(".")[0] in {"keras", "tensorflow", "tf_keras"}
    return call.function if is_keras else None


def _is_size(value: Any) -> bool:
    import numpy as np

    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _was_refused(call: UserCall, found: _Number) -> bool:
    """Whether Keras stopped at that number, or Python at the arguments beside it."""
    failure = call.case.failure
    assert failure is not None
    if found.following and isinstance(failure.exception, TypeError):
        return "positional argument" in failure.message or bool(failure.keras_frames)
    return any(
        _is_size(value) and value == found.value
        for name, _, _, variables in failure.keras_frames[:2]
        for key, value in dict(variables).items()
        if key in SHAPES or name == "standardize_shape"
    )


def _tell(call: UserCall, found: _Number) -> Diagnosis:
    case, file = call.case, call.file
    sizes = (found.node, *found.following)
    texts = [file.segment(each) for each in sizes]
    values = [call.value(each) for each in sizes]
    right = f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"
    shown = f"({values[0]},)" if len(values) == 1 else f"({', '.join(map(str, values))})"
    origins = [trace_value(case, each, call.frame) for each in sizes]
    line = Place(file.path, found.node.lineno)
    facts = [f"({texts[0]}) is the integer {values[0]}, not a tuple: only a comma makes a tuple"]
    if found.taken_for:
        pairs = zip(found.taken_for, texts[1:], strict=False)
        facts = [
            f"the {_ordinal(i)} positional argument of {call.name} is {name}, not a further "
            f"dimension: {name}={text}"
            for i, (name, text) in enumerate(pairs, 2)
        ]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{call.name}{at(case, line)} needs its shape as one tuple, and received "
        f"{', '.join(map(str, values))}: `{file.segment(call.node)}`.\n"
        f"{'; '.join(facts)}.\n"
        f"The argument {found.parameter} must be a tuple: received {found.parameter}={values[0]}, "
        f"needed {shown}. Write {call.name}({right}), with a comma.",
        places=distinct([line, *(each.place for each in origins)]),
        layer=_layer(call),
        evidence=(
            *(Evidence("value", fact, line) for fact in facts),
            code(case, line),
            *(step for origin in origins for step in as_evidence(case, origin)),
        ),
        fixes=tuple(_fixes(call, found, right)),
    )


def _layer(call: UserCall) -> str | None:
    if call.name == "Input":
        return "InputLayer"
    return call.function.__name__ if isinstance(call.function, type) else None


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third", 4: "fourth"}.get(number, f"{number}th")


def _fixes(call: UserCall, found: _Number, right: str) -> Iterator[Fix]:
    file = call.file
    editor = Editor(file)
    keyword = file.parent(found.node)
    if isinstance(keyword, ast.keyword):
        # The keyword's extent includes the parentheses around its value.
        editor.replace(keyword, f"{keyword.arg}={right}")
    elif found.following:
        editor.wrap(found.node, "(", "").wrap(found.following[-1], "", ")")
    else:
        editor.replace(found.node, right)
    fix = make_fix(
        editor,
        f"Give the shape as one tuple: {right}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    if fix is not None:
        yield fix
    yield from _at_definition(call, found)


def _at_definition(call: UserCall, found: _Number) -> Iterator[Fix]:
    """Make the variable a tuple, where it is one that was meant to hold the shape."""
    file, node, _ = bound_expression(call, found.node)
    if found.following or node is found.node or not call.case.program.is_own(file.path):
        return
    fix = make_fix(
        Editor(file).replace(node, f"({file.segment(node)},)"),
        f"Make {file.segment(found.node) if file is call.file else 'the value'} a tuple",
        repair_class=RepairClass.B,
        likelihood=0.4,
    )
    if fix is not None:
        yield fix
