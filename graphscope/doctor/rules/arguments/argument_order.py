"""Positional arguments in the wrong order: `add_weight("kernel", shape)`, `Dense("relu", 64)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.signatures import accepted
from graphscope.doctor.facts.user_call import UserCall, innermost_call, required_names
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix, parameter_names
from graphscope.doctor.origins import UNKNOWN
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, code

ID = "argument-order"

TEXTS = ("name", "activation", "padding", "initializer", "dtype", "mode", "loss", "optimizer")
"""Ends of names of parameters that take a text."""

KERAS_2 = {
    "add_weight": ("name", "shape", "dtype", "initializer", "regularizer", "trainable"),
}
"""The order of before, of functions that are often called by position."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the failing call for a text in the place of a parameter that takes none."""
    call = innermost_call(case)
    if call is None or call.function is UNKNOWN or not _is_keras(call.function):
        return
    # A function that takes *args to complain about them tells the order by its keywords.
    names = parameter_names(call.function) or accepted(call.function)
    for index, node in enumerate(call.node.args[: len(names)]):
        text = call.value(node)
        if not isinstance(text, str) or names[index].endswith((*TEXTS, "format", "metric")):
            continue
        meant = _meant(call, text)
        if meant is not None and _was_refused(call, text):
            yield _tell(call, index, meant, names)
        return


def _is_keras(function: Any) -> bool:
    module = getattr(function, "__module__", None) or ""
    return str(module).split(".")[0] == "keras"


def _meant(call: UserCall, text: str) -> str | None:
    """Return the parameter that a text was meant for."""
    import keras

    known = accepted(call.function)
    given = {keyword.arg for keyword in call.node.keywords}
    others = len(call.node.args) - 1 + len(given)
    if others < len(required_names(call.function)) or not text.strip("-_0123456789. "):
        return None  # the text itself is meant for the place in which it stands
    is_activation = hasattr(keras.activations, text)
    wanted = ["activation"] * is_activation + ["name"]
    return next((each for each in wanted if each in known and each not in given), None)


def _was_refused(call: UserCall, text: str) -> bool:
    failure = call.case.failure
    assert failure is not None
    return isinstance(failure.exception, TypeError | ValueError) and (
        text in failure.message or "multiple values" in failure.message
    )


def _tell(call: UserCall, index: int, meant: str, names: list[str]) -> Diagnosis:
    case, file = call.case, call.file
    node = call.node.args[index]
    text, title = file.segment(node), call.name
    order = ", ".join(names[:4])
    failure = case.failure
    layer = failure.layer_call if failure else None
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{title}{at(case, call.place)} receives {text} as its {_ordinal(index)} positional "
        f"argument, which is `{names[index]}`, and not `{meant}`: `{file.segment(call.node)}`.\n"
        f"In Keras 3 the order is {title}({order}, ...); Keras 2 had another one.\n"
        f"Give it by keyword: {title}({meant}={text}, ...).",
        places=(call.place,),
        layer=layer.name if layer else title if isinstance(call.function, type) else None,
        evidence=(
            code(case, call.place),
            Evidence("call", f"{names[index]} received {text}; needed: {meant}={text} as keyword"),
        ),
        fixes=tuple(_fixes(call, node, meant)),
    )


def _ordinal(index: int) -> str:
    return ("first", "second", "third", "fourth")[index] if index < 4 else f"{index + 1}th"


def _fixes(call: UserCall, node: ast.expr, meant: str) -> Iterator[Fix]:
    file = call.file
    rest = [each for each in call.node.args if each is not node]
    texts = [file.segment(each) for each in rest]
    order = KERAS_2.get(call.name, ())
    if len(texts) > 1 and len(texts) < len(order):
        texts = [f"{name}={text}" for name, text in zip(order[1:], texts, strict=False)]
    # A single argument that follows moves up one place, as in the order of before.
    texts += [f"{meant}={file.segment(node)}"]
    texts += [file.segment(keyword) for keyword in call.node.keywords]
    inner = ", ".join(texts)
    fix = make_fix(
        Editor(file).replace(call.node, f"{file.segment(call.node.func)}({inner})"),
        f"Give {file.segment(node)} as the keyword argument {meant}=",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    if fix is not None:
        yield fix
