"""A call gives an argument that the function does not take: renamed, removed or misspelt."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.placement import placement_of
from graphscope.doctor.origins import UNKNOWN
from graphscope.doctor.records import Failure
from graphscope.doctor.rules._binding import bound_expression
from graphscope.doctor.rules._classes import (
    class_source,
    is_super_call,
    method_of,
    own_files,
    own_nodes,
)
from graphscope.doctor.rules._live import name_value
from graphscope.doctor.rules._signatures import REMOVED, accepted, is_old_name, successor
from graphscope.doctor.rules._user_call import UserCall, user_calls
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, code, distinct

ID = "unknown-argument"

UNEXPECTED = re.compile(r"unexpected keyword argument '(\w+)'")


@dataclass(frozen=True, slots=True, eq=False)
class _Wrong:
    """A wrong argument: its name, and where it is written."""

    name: str
    call: UserCall
    file: SourceFile
    keyword: ast.keyword | None
    key: ast.expr | None = None

    @property
    def place(self) -> Place:
        node = self.keyword or self.key
        assert node is not None
        return Place(self.file.path, node.lineno)


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


def _written(call: UserCall, name: str) -> _Wrong | None:
    for keyword in call.node.keywords:
        if keyword.arg == name:
            return _Wrong(name, call, call.file, keyword)
        if keyword.arg is None:
            file, node, _ = bound_expression(call, keyword.value)
            found = _in_dictionary(call, file, node, name) or _in_any(call, name)
            if found is not None:
                return found
    return None


def _in_any(call: UserCall, name: str) -> _Wrong | None:
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


def _in_dictionary(call: UserCall, file: SourceFile, node: ast.expr, name: str) -> _Wrong | None:
    if isinstance(node, ast.Dict):
        for key in node.keys:
            if isinstance(key, ast.Constant) and key.value == name:
                return _Wrong(name, call, file, None, key)
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == name:
                return _Wrong(name, call, file, keyword)
    return None


def _tell(case: Case, wrong: list[_Wrong]) -> Diagnosis:
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
        fixes=tuple(_fixes(wrong, called, taken)),
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


def _fixes(wrong: list[_Wrong], called: Any, taken: set[str]) -> Iterator[Fix]:
    pair = _rows_and_columns(wrong)
    renamed: list[tuple[_Wrong, str]] = []
    for each in wrong:
        new = successor(each.name, called, taken | {name for _, name in renamed})
        if new is not None and (each.keyword is None or each.keyword not in pair):
            renamed.append((each, new))
    removed = [e for e in wrong if e not in [one for one, _ in renamed] and e.keyword not in pair]
    editor = Editor(wrong[0].file)
    for each, new in renamed:
        _rename(editor, each, new)
    if pair:
        _join(editor, pair)
    for each in removed:
        _remove(editor, each)
    parts = [f"{each.name} -> {new}" for each, new in renamed] + [
        "nb_row, nb_col -> kernel_size"
    ] * bool(pair)
    parts += [f"without {each.name}" for each in removed]
    if not renamed and not pair:
        yield from _with_input(wrong[0])
    yield from _passed_on(wrong, called)
    fix = make_fix(
        editor,
        f"Use the arguments that it takes: {', '.join(parts)}",
        repair_class=RepairClass.A if renamed and not removed else RepairClass.B,
        likelihood=0.9,
    )
    if fix is not None:
        yield fix
    if renamed or pair:
        yield from _without(wrong)


def _passed_on(wrong: list[_Wrong], called: Any) -> Iterator[Fix]:
    """Let a layer of the user's take what every layer takes, such as `name`."""
    import keras

    if not isinstance(called, type) or not issubclass(called, keras.layers.Layer):
        return
    of_all = accepted(keras.layers.Layer)
    case = wrong[0].call.case
    found = class_source(case, called)
    method = method_of(found[1], "__init__") if found else None
    if found is None or method is None or any(each.name not in of_all for each in wrong):
        return
    supers = [node for node in own_nodes(method) if is_super_call(node, "__init__")]
    spec = method.args
    if spec.kwarg is not None or len(supers) != 1 or not isinstance(supers[0], ast.Call):
        return
    given: list[Any] = [*spec.args, *spec.kwonlyargs, *spec.defaults, *spec.kw_defaults]
    ends = [each for each in given if each is not None]
    last = max(ends, key=lambda each: (each.end_lineno, each.end_col_offset))
    editor = Editor(found[0]).wrap(last, "", ", **kwargs")
    editor.append_argument(supers[0], "**kwargs")
    fix = make_fix(
        editor,
        f"Let {called.__name__} take **kwargs and pass them to super().__init__",
        repair_class=RepairClass.A,
        likelihood=0.93,
    )
    if fix is not None:
        yield fix


def _with_input(wrong: _Wrong) -> Iterator[Fix]:
    """Give the batch shape to an Input of its own, before the layer."""
    instance = _instance(wrong.call)
    if wrong.name != "batch_input_shape" or wrong.keyword is None or instance is None:
        return
    placement = placement_of(wrong.call.case, instance)
    if placement is None or placement.kind == "applied" or placement.file is not wrong.file:
        return
    reference = refer_to(wrong.file, "keras.Input")
    editor = reference.imported(Editor(wrong.file))
    new = f"{reference.text}(batch_shape={wrong.file.segment(wrong.keyword.value)})"
    if placement.kind == "element":
        editor.insert_element_before(placement.node, new)
    else:
        add = wrong.file.parent(placement.node)
        assert isinstance(add, ast.Call)
        text = f"{wrong.file.segment(add.func)}({new})"
        editor.insert_before(wrong.file.statement_of(add), text)
    _remove(editor, wrong)
    fix = make_fix(editor, f"Begin with {new}", repair_class=RepairClass.A, likelihood=0.95)
    if fix is not None:
        yield fix


def _instance(call: UserCall) -> Any:
    """Return the layer whose constructor refused its arguments."""
    failure = call.case.failure
    if failure is None or failure.creating is None:
        return None
    return next(
        (
            each.instance
            for each in reversed(call.case.recording.creations)
            if each.args is failure.creating[1] and each.kwargs is failure.creating[2]
        ),
        None,
    )


def _without(wrong: list[_Wrong]) -> Iterator[Fix]:
    editor = Editor(wrong[0].file)
    if len(wrong) > 1:
        return
    _remove(editor, wrong[0])
    fix = make_fix(
        editor,
        f"Take {wrong[0].name} out, so that the default holds",
        repair_class=RepairClass.B,
        likelihood=0.3,
    )
    if fix is not None:
        yield fix


def _rename(editor: Editor, wrong: _Wrong, new: str) -> None:
    if wrong.keyword is not None:
        text = wrong.file.segment(wrong.keyword)
        value = text.partition("=")[2].lstrip()
        editor.replace(wrong.keyword, f"{new}={_value(wrong, value)}")
    elif wrong.key is not None:
        quote = wrong.file.segment(wrong.key)[0]
        editor.replace(wrong.key, f"{quote}{new}{quote}")


def _value(wrong: _Wrong, value: str) -> str:
    """Return the value as the new argument needs it."""
    if wrong.name == "weights":
        frame = wrong.call.frame
        keras = "keras." if name_value("keras", frame) is not UNKNOWN else ""
        inner = value[1:-1] if value.startswith("[") and value.endswith("]") else value
        return f"{keras}initializers.Constant({inner})"
    return f"1 - {value}" if wrong.name == "keep_prob" else value


def _remove(editor: Editor, wrong: _Wrong) -> None:
    parent = wrong.file.parent(wrong.keyword) if wrong.keyword is not None else None
    if isinstance(parent, ast.Call) and wrong.keyword is not None:
        editor.remove_argument(parent, wrong.keyword)


def _rows_and_columns(wrong: list[_Wrong]) -> list[ast.keyword]:
    found = {each.name: each.keyword for each in wrong if each.keyword is not None}
    return [found["nb_row"], found["nb_col"]] if {"nb_row", "nb_col"} <= set(found) else []


def _join(editor: Editor, pair: list[ast.keyword]) -> None:
    rows, columns = (editor.file.segment(each.value) for each in pair)
    call = editor.file.parent(pair[1])
    editor.replace(pair[0], f"kernel_size=({rows}, {columns})")
    if isinstance(call, ast.Call):
        editor.remove_argument(call, pair[1])


def _is_layer(value: type) -> bool:
    import keras

    return issubclass(value, keras.layers.Layer)
