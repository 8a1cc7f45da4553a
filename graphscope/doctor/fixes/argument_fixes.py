"""Edits for arguments that a call does not take."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.facts.classes import class_source, is_super_call, method_of, own_nodes
from graphscope.doctor.facts.live import name_value
from graphscope.doctor.facts.signatures import accepted, successor
from graphscope.doctor.facts.user_call import UserCall
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.placement import placement_of
from graphscope.doctor.origins import UNKNOWN
from graphscope.doctor.source import Editor, SourceFile, refer_to


@dataclass(frozen=True, slots=True, eq=False)
class WrongArgument:
    """A wrong argument: its name, and where it is written."""

    name: str
    call: UserCall
    file: SourceFile
    keyword: ast.keyword | None
    key: ast.expr | None = None

    @property
    def place(self) -> Place:
        """Its line."""
        node = self.keyword or self.key
        assert node is not None
        return Place(self.file.path, node.lineno)


def fixes_of(wrong: list[WrongArgument], called: Any, taken: set[str]) -> Iterator[Fix]:
    """Yield edits that rename, move or remove wrong arguments, likeliest first.

    Args:
        wrong: all of one call.
        called: the function or class that refused them.
        taken: the arguments that the call gives.
    """
    pair = _rows_and_columns(wrong)
    renamed: list[tuple[WrongArgument, str]] = []
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


def _passed_on(wrong: list[WrongArgument], called: Any) -> Iterator[Fix]:
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


def _with_input(wrong: WrongArgument) -> Iterator[Fix]:
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


def _without(wrong: list[WrongArgument]) -> Iterator[Fix]:
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


def _rename(editor: Editor, wrong: WrongArgument, new: str) -> None:
    if wrong.keyword is not None:
        text = wrong.file.segment(wrong.keyword)
        value = text.partition("=")[2].lstrip()
        editor.replace(wrong.keyword, f"{new}={_value(wrong, value)}")
    elif wrong.key is not None:
        quote = wrong.file.segment(wrong.key)[0]
        editor.replace(wrong.key, f"{quote}{new}{quote}")


def _value(wrong: WrongArgument, value: str) -> str:
    """Return the value as the new argument needs it."""
    if wrong.name == "weights":
        frame = wrong.call.frame
        keras = "keras." if name_value("keras", frame) is not UNKNOWN else ""
        inner = value[1:-1] if value.startswith("[") and value.endswith("]") else value
        return f"{keras}initializers.Constant({inner})"
    return f"1 - {value}" if wrong.name == "keep_prob" else value


def _remove(editor: Editor, wrong: WrongArgument) -> None:
    parent = wrong.file.parent(wrong.keyword) if wrong.keyword is not None else None
    if isinstance(parent, ast.Call) and wrong.keyword is not None:
        editor.remove_argument(parent, wrong.keyword)


def _rows_and_columns(wrong: list[WrongArgument]) -> list[ast.keyword]:
    found = {each.name: each.keyword for each in wrong if each.keyword is not None}
    return [found["nb_row"], found["nb_col"]] if {"nb_row", "nb_col"} <= set(found) else []


def _join(editor: Editor, pair: list[ast.keyword]) -> None:
    rows, columns = (editor.file.segment(each.value) for each in pair)
    call = editor.file.parent(pair[1])
    editor.replace(pair[0], f"kernel_size=({rows}, {columns})")
    if isinstance(call, ast.Call):
        editor.remove_argument(call, pair[1])
