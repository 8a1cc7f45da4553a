"""Fixes that let a recurrent layer return its sequence, where and when it is meant to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.recurrent import Making, making_of
from graphscope.doctor.findings import Edit, Fix, RepairClass
from graphscope.doctor.fixes.arguments import find_argument, set_argument
from graphscope.doctor.fixes.in_loops import loop_around, not_last
from graphscope.doctor.fixes.layers import insert_before
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.source.bindings import parameters_of
from graphscope.doctor.wording import label

_NAME = "return_sequences"
_FOLLOWING = {
    "TimeDistributed", "Attention", "AdditiveAttention", "MultiHeadAttention", "Conv1D", "LSTM",
    "GRU", "SimpleRNN", "RNN", "Bidirectional", "GlobalAveragePooling1D", "GlobalMaxPooling1D",
    "GlobalAvgPool1D", "GlobalMaxPool1D", "MaxPooling1D", "AveragePooling1D", "Flatten",
}  # fmt: skip


def sequence_fixes(case: Case, culprit: CallRecord, consumer: CallRecord) -> list[Fix]:
    """Return the fixes, most natural first.

    Args:
        case: the case.
        culprit: the call of the recurrent layer that gave its last step only.
        consumer: the call that needs the sequence.
    """
    made = making_of(case, culprit.operation)
    found: list[Fix | None] = []
    if made is not None:
        found += _of_making(case, culprit, consumer, made)
    repeated = _repeated(case, culprit, consumer)
    return [fix for fix in [*found, repeated] if fix is not None]


def _of_making(
    case: Case, culprit: CallRecord, consumer: CallRecord, made: Making
) -> Iterator[Fix | None]:
    helper = _helper(case, made)
    if helper is not None:
        yield from _through_helper(case, culprit, made, helper)
        yield _everywhere(culprit, made, 0.6)
        return
    loop = loop_around(made.file, made.call) if made.in_one_run else None
    turn = not_last(made.file, loop) if loop is not None else None
    if turn is None or not _made_alike(case, made, consumer):
        yield _everywhere(culprit, made, 0.95)
        return
    editor = turn.write(_given(Editor(made.file), made, turn.text))
    by_turn = _fix(
        [editor],
        f"Give every {type(made.layer).__name__} of the loop but the last "
        f"{_NAME}=True: {_NAME}={turn.text}",
        RepairClass.A, 0.95,
    )  # fmt: skip
    needed = loop is not None and _sequence_follows(made.file, loop)
    always = _everywhere(culprit, made, 0.97 if needed else 0.6)
    yield from ((always, by_turn) if needed else (by_turn, always))


def _made_alike(case: Case, made: Making, consumer: CallRecord) -> bool:
    """Whether the layer that needs the sequence was made by the same call of the source."""
    other = making_of(case, consumer.operation)
    return other is not None and other.call is made.call


def _given(editor: Editor, made: Making, text: str) -> Editor:
    return set_argument(editor, made.call, type(made.layer), _NAME, text)


def _everywhere(culprit: CallRecord, made: Making, likelihood: float) -> Fix | None:
    many = "every layer made here" if made.count > 1 else label(culprit.operation)
    sure = likelihood > 0.9
    return _fix(
        [_given(Editor(made.file), made, "True")],
        f"Give {many} {_NAME}=True, so that it hands on every time step",
        RepairClass.A if sure else RepairClass.B, likelihood,
    )  # fmt: skip


def _fix(
    editors: list[Editor], title: str, repair_class: RepairClass, likelihood: float
) -> Fix | None:
    edits: list[Edit] = []
    for editor in editors:
        if not editor.parses():
            return None
        edits += editor.edits()
    return Fix(title, tuple(edits), repair_class, likelihood=likelihood) if edits else None


def _helper(case: Case, made: Making) -> ast.FunctionDef | None:
    """Return the function that makes recurrent layers for several places of the program."""
    function = made.file.function_of(made.call)
    if not isinstance(function, ast.FunctionDef) or len(made.site) < 2:
        return None
    if made.file.class_of(function) is not None:
        return None
    given = find_argument(made.call, type(made.layer), _NAME)
    if isinstance(given, ast.Name) and given.id in _parameters(function):
        return function
    if loop_around(made.file, made.call) is not None:
        return None
    calls = [
        node
        for file in {id(each): each for each in [made.file, *case.program.files]}.values()
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", None) or getattr(node.func, "attr", "")) == function.name
    ]
    return function if len(calls) > 1 or made.count > 1 else None


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [each.arg for each in parameters_of(function)]


def _through_helper(
    case: Case, culprit: CallRecord, made: Making, function: ast.FunctionDef
) -> Iterator[Fix | None]:
    """Ask the helper for a sequence where it is called, with a parameter that it may lack."""
    found = case.program.call(made.site[1])
    if found is None or not case.program.is_own(found[0].path):
        return
    caller, call = found
    editors = {made.file.path: Editor(made.file)}
    outside = editors.setdefault(caller.path, Editor(caller))
    parameter = _existing_parameter(made, function)
    if parameter is None:
        parameter = _NAME
        if not _add_parameter(editors[made.file.path], function):
            return
        _given(editors[made.file.path], made, _NAME)
    text = "True"
    loop = loop_around(caller, call)
    turn = not_last(caller, loop) if loop is not None and made.count > 1 else None
    if turn is not None:
        turn.write(outside)
        text = turn.text
    position = [each.arg for each in function.args.args]
    index = position.index(parameter) if parameter in position else len(call.args)
    if index < len(call.args):
        outside.replace(call.args[index], text)
    else:
        outside.set_keyword(call, parameter, text)
    yield _fix(
        list(editors.values()),
        f"Let {function.name} make {label(culprit.operation)} with {_NAME}=True: "
        f"{parameter}={text}",
        RepairClass.A, 0.95,
    )  # fmt: skip


def _existing_parameter(made: Making, function: ast.FunctionDef) -> str | None:
    """Return under which name the helper takes the argument for the layer, if it does."""
    given = find_argument(made.call, type(made.layer), _NAME)
    if isinstance(given, ast.Name) and given.id in _parameters(function):
        return given.id
    handed = [each.value for each in made.call.keywords if each.arg is None]
    rest = function.args.kwarg
    if rest is not None and any(isinstance(e, ast.Name) and e.id == rest.arg for e in handed):
        return _NAME
    return None


def _add_parameter(editor: Editor, function: ast.FunctionDef) -> bool:
    """Add `return_sequences=False` behind the last parameter."""
    spec = function.args
    if spec.vararg or spec.kwonlyargs or spec.kwarg or spec.posonlyargs or not spec.args:
        return False
    last: ast.expr | ast.arg = spec.args[-1]
    if spec.defaults:
        last = spec.defaults[-1]
    annotated = isinstance(last, ast.arg) and last.annotation is not None
    text = f"{_NAME}: bool = False" if annotated else f"{_NAME}=False"
    editor.insert_after_text(last, f", {text}")
    return True


def _sequence_follows(file: SourceFile, loop: ast.For | ast.comprehension) -> bool:
    """Whether the first layer that is named behind a loop needs a sequence as well."""
    around = file.function_of(loop) or file.tree
    end = getattr(loop, "end_lineno", None) or 0
    later = [
        node for node in ast.walk(around)
        if isinstance(node, ast.Call) and node.lineno > end and end
    ]  # fmt: skip
    for node in sorted(later, key=lambda each: (each.lineno, -each.col_offset)):
        name = str(getattr(node.func, "attr", None) or getattr(node.func, "id", ""))
        if name[:1].isupper():
            return name in _FOLLOWING
    return False


def _repeated(case: Case, culprit: CallRecord, consumer: CallRecord) -> Fix | None:
    """Repeat the last step for a decoder, which is the other reading of two recurrent layers."""
    layer: Any = consumer.operation
    given = culprit.input_specs[0].shape or ()
    if not hasattr(layer, _NAME) and not hasattr(layer, "forward_layer"):
        return None
    if len(given) != 3 or given[1] is None:
        return None
    return insert_before(
        case, layer, "RepeatVector", str(given[1]), call=consumer,
        title=f"Repeat the last step {given[1]} times for {label(layer)}, as decoders do",
        likelihood=0.3,
    )  # fmt: skip
