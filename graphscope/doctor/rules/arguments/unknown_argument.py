"""A call gives an argument that the function does not take: renamed, removed or misspelt."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.binding import bound_expression
from graphscope.doctor.facts.classes import (
    own_files,
)
from graphscope.doctor.facts.signatures import REMOVED, accepted, is_old_name, successor
from graphscope.doctor.facts.user_call import UserCall, user_calls
from graphscope.doctor.findings import Diagnosis, Evidence, Severity
from graphscope.doctor.fixes.argument_fixes import WrongArgument, fixes_of
from graphscope.doctor.origins import UNKNOWN
from graphscope.doctor.records import Failure
from graphscope.doctor.source import SourceFile
from graphscope.doctor.wording import at, code, distinct

ID = "unknown-argument"

UNEXPECTED = re.compile(r"unexpected keyword argument '(\w+)'")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the argument that was refused where the user wrote it."""
    if case.failure is None or not isinstance(case.failure.exception, TypeError | ValueError):
        return
    refused = _refused(case.failure)
    for call in user_calls(case):
        names = refused or _strange(call)
        wrong = [each for name in names if (each := _written(call, name)) is not None]
        if wrong:
            yield _tell(case, wrong)
            return


def _refused(failure: Failure) -> list[str]:
    """Return the names that Keras or Python would not take."""
    unexpected = UNEXPECTED.search(failure.message)
    if isinstance(failure.exception, TypeError):
        return [unexpected[1]] if unexpected else []
    for name, _, _, variables in failure.keras_frames[:1]:
        rest = dict(variables).get("kwargs")
        if name.endswith("__init__") and isinstance(rest, Mapping):
            # What a base class has left over after taking out what it knows.
            return [each for each in map(str, rest) if each in failure.message]
    return []


def _strange(call: UserCall) -> list[str]:
    """Return keywords that a call cannot take, where Python missed another argument first."""
    failure = call.case.failure
    if failure is None or "missing" not in failure.message or not isinstance(call.function, type):
        return []
    known = accepted(call.function)
    given = [keyword.arg for keyword in call.node.keywords if keyword.arg]
    return [each for each in given if known and each not in known and each != "input_dim"]


def _written(call: UserCall, name: str) -> WrongArgument | None:
    for keyword in call.node.keywords:
        if keyword.arg == name:
            return WrongArgument(name, call, call.file, keyword)
        if keyword.arg is None:
            file, node, _ = bound_expression(call, keyword.value)
            found = _in_dictionary(call, file, node, name) or _in_any(call, name)
            if found is not None:
                return found
    return None


def _in_any(call: UserCall, name: str) -> WrongArgument | None:
    """Look for the one dictionary of the program that has the name as a key."""
    found = [
        wrong
        for file in own_files(call.case)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Dict | ast.Call)
        and (isinstance(node, ast.Dict) or getattr(node.func, "id", "") == "dict")
        and (wrong := _in_dictionary(call, file, node, name)) is not None
    ]
    return found[0] if len(found) == 1 else None


def _in_dictionary(
    call: UserCall, file: SourceFile, node: ast.expr, name: str
) -> WrongArgument | None:
    if isinstance(node, ast.Dict):
        for key in node.keys:
            if isinstance(key, ast.Constant) and key.value == name:
                return WrongArgument(name, call, file, None, key)
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == name:
                return WrongArgument(name, call, file, keyword)
    return None


def _tell(case: Case, wrong: list[WrongArgument]) -> Diagnosis:
    call, first = wrong[0].call, wrong[0]
    called = _called(case, call)
    taken = {keyword.arg or "" for keyword in call.node.keywords}
    advice = [_advice(each.name, successor(each.name, called, taken)) for each in wrong]
    title = getattr(called, "__name__", call.name)
    names = " and ".join(f"`{each.name}`" for each in wrong)
    plural = "argument" if len(wrong) == 1 else "arguments"
    known = [each for each in accepted(called) if each not in {"args", "kwargs"}]
    listed = f"\nIt takes: {', '.join(known[:14])}{', ...' if len(known) > 14 else ''}." * bool(
        known
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{title} does not take the {plural} {names}{at(case, first.place)}: "
        f"`{first.file.line_text(first.place.line)}`.\n{' '.join(advice)}{listed}",
        places=distinct([first.place, call.place]),
        layer=title if isinstance(called, type) and _is_layer(called) else None,
        evidence=(
            code(case, first.place),
            *(Evidence("note", text, each.place) for text, each in zip(advice, wrong, strict=True)),
        ),
        fixes=tuple(fixes_of(wrong, called, taken)),
    )


def _called(case: Case, call: UserCall) -> Any:
    creating = case.failure.creating if case.failure else None
    calling = case.failure.layer_call if case.failure else None
    if call.function is UNKNOWN and calling is not None and isinstance(call.node.func, ast.Call):
        return calling.operation.call
    if isinstance(call.function, type) or creating is None:
        return call.function
    return creating[0] if call.function is UNKNOWN else call.function


def _advice(name: str, new: str | None) -> str:
    if new is not None and is_old_name(name):
        return (
            f"The argument {name} was removed in Keras 3 or belongs to another library: use {new}."
        )
    if new is not None:
        return f"There is no {name}; the closest argument is {new}."
    if name in REMOVED:
        return f"The argument {name} was removed in Keras 3 or belongs elsewhere: {REMOVED[name]}."
    return f"Nothing it takes resembles {name}: take the argument out."


def _is_layer(value: type) -> bool:
    import keras

    return issubclass(value, keras.layers.Layer)
