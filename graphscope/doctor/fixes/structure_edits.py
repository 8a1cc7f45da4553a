"""Edits of tuples, lists and dictionaries that hold the inputs and targets of a model."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_elements import returned_by
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.handed import Handover
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.origins import Origin, trace_data
from graphscope.doctor.source import Editor, SourceFile

_MOST = 60


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A structure that is written out in the source."""

    # A call is one of `dict`.
    file: SourceFile
    node: ast.Tuple | ast.List | ast.Dict | ast.Call

    @property
    def place(self) -> Place:
        """The line of its beginning."""
        return Place(self.file.path, self.node.lineno)


def written_structures(own: Handover) -> Iterator[Written]:
    """Yield the tuples, lists and dictionaries on the way of the data, nearest first."""
    if own.node is None:
        return
    seen: set[int] = set()
    for origin in _walk(trace_data(own.case, own.node, own.frame, file=own.file)):
        for file, node in _structures_in(origin):
            if id(node) not in seen and own.case.program.is_own(file.path):
                seen.add(id(node))
                yield Written(file, node)


def _walk(origin: Origin) -> Iterator[Origin]:
    waiting = [origin]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST:
        current = waiting.pop(0)
        if id(current) not in seen:
            seen.add(id(current))
            yield current
            waiting += current.causes


def _structures_in(
    origin: Origin,
) -> Iterator[tuple[SourceFile, ast.Tuple | ast.List | ast.Dict | ast.Call]]:
    if origin.file is None or origin.node is None:
        return
    nodes: list[ast.AST] = [origin.node]
    if isinstance(origin.node, ast.Call):
        nodes += origin.node.args[:1]
    if isinstance(origin.node, ast.FunctionDef | ast.Lambda):
        nodes += returned_by(origin.node)
    for node in nodes:
        if isinstance(node, ast.Call) and function_name(node) == "dict" and node.keywords:
            yield origin.file, node
        if isinstance(node, ast.Tuple | ast.List | ast.Dict):
            yield origin.file, node
            if isinstance(node, ast.Tuple | ast.List):
                for each in node.elts:
                    if isinstance(each, ast.Tuple | ast.List | ast.Dict):
                        yield origin.file, each


def of_length(own: Handover, count: int) -> Written | None:
    """Return the nearest tuple or list of a length that is no shape."""
    for each in written_structures(own):
        if isinstance(each.node, ast.Dict | ast.Call) or len(each.node.elts) != count:
            continue
        if not all(isinstance(e, ast.Constant) for e in each.node.elts):
            return each
    return None


def with_keys(own: Handover, keys: Sequence[str]) -> Written | None:
    """Return the nearest dictionary that is written with all of some keys."""
    for each in written_structures(own):
        if isinstance(each.node, ast.Dict | ast.Call) and set(keys) <= set(_keys(each.node)):
            return each
    return None


def _keys(node: ast.Dict | ast.Call) -> list[str]:
    if isinstance(node, ast.Call):
        return [each.arg for each in node.keywords if each.arg]
    return [k.value for k in node.keys if isinstance(k, ast.Constant) and isinstance(k.value, str)]


def rename_key(written: Written, old: str, new: str) -> Fix | None:
    """Give an entry of a dictionary another key."""
    node, file = written.node, written.file
    keywords = node.keywords if isinstance(node, ast.Call) else []
    pairs: list[tuple[ast.expr | ast.keyword, str]] = [
        (each, f"{new}={file.segment(each.value)}") for each in keywords if each.arg == old
    ]
    pairs += [
        (key, f'"{new}"')
        for key in (node.keys if isinstance(node, ast.Dict) else ())
        if isinstance(key, ast.Constant) and key.value == old
    ]
    for key, text in pairs:
        if isinstance(key, ast.expr) or new.isidentifier():
            return make_fix(
                Editor(file).replace(key, text),
                f"Rename the key {old!r} to {new!r}, the name of the input",
                repair_class=RepairClass.A,
                likelihood=0.9,
            )
    return None


def key_place(written: Written, name: str) -> Place | None:
    """Return the line of a key."""
    if not isinstance(written.node, ast.Dict):
        return written.place
    for key in written.node.keys:
        if isinstance(key, ast.Constant) and key.value == name:
            return Place(written.file.path, key.lineno)
    return None


def reorder(written: Written, order: Sequence[int], title: str, likelihood: float) -> Fix | None:
    """Put the elements of a list or tuple in another order."""
    assert isinstance(written.node, ast.Tuple | ast.List)
    editor = Editor(written.file)
    texts = [written.file.segment(each) for each in written.node.elts]
    for index, element in enumerate(written.node.elts):
        if texts[order[index]] != texts[index]:
            editor.replace(element, texts[order[index]])
    return make_fix(editor, title, repair_class=RepairClass.A, likelihood=likelihood)


def nest(written: Written, count: int, likelihood: float) -> Fix | None:
    """Put the first elements of a tuple in a tuple of their own."""
    assert isinstance(written.node, ast.Tuple | ast.List)
    elements = written.node.elts
    editor = Editor(written.file)
    editor.wrap(elements[0], "(", "")
    editor.wrap(elements[count - 1], "", ")")
    inner = ", ".join(written.file.segment(each) for each in elements[:count])
    return make_fix(
        editor,
        f"Nest the inputs in a tuple of their own: (({inner}), ...)",
        repair_class=RepairClass.A,
        likelihood=likelihood,
    )


def reorder_model(case: Case, own: Handover, order: Sequence[int]) -> Fix | None:
    """Declare the model's inputs in the order in which the data comes."""
    made = creation_call(case, own.model)
    if made is None or not case.program.is_own(made[0].path):
        return None
    file, call, _ = made
    given = next((e.value for e in call.keywords if e.arg == "inputs"), None)
    given = given or (call.args[0] if call.args else None)
    if not isinstance(given, ast.List | ast.Tuple) or len(given.elts) != len(order):
        return None
    inverse = sorted(range(len(order)), key=lambda each: order[each])
    return reorder(
        Written(file, given), inverse, "Declare the model's inputs in the order of the data", 0.6
    )


def split_targets(written: Written, inputs: Sequence[str], targets: Sequence[str]) -> Fix | None:
    """Take the targets out of a dictionary: a tuple of inputs and targets."""
    if not isinstance(written.node, ast.Dict):
        return None
    file = written.file
    values = {
        key.value: file.segment(value)
        for key, value in zip(written.node.keys, written.node.values, strict=True)
        if isinstance(key, ast.Constant)
    }
    if set(values) != {*inputs, *targets} or len(targets) != 1:
        return None
    kept = ", ".join(f'"{each}": {values[each]}' for each in inputs)
    text = f"{{{kept}}}, {values[targets[0]]}"
    parent = file.parent(written.node)
    if not isinstance(parent, ast.Return | ast.Yield):
        text = f"({text})"
    return make_fix(
        Editor(file).replace(written.node, text),
        f"Give a tuple (inputs, targets): the entry {targets[0]!r} apart from the inputs",
        repair_class=RepairClass.A,
        likelihood=0.93,
    )


def named_input(case: Case, layer: object, new: str) -> Fix | None:
    """Give an input the name under which the data comes."""
    made = creation_call(case, layer)
    if made is None or not case.program.is_own(made[0].path):
        return None
    file, call, _ = made
    if function_name(call) not in {"Input", "InputLayer"}:
        return None
    given = next((each.value for each in call.keywords if each.arg == "name"), None)
    if given is not None and not isinstance(given, ast.Constant):
        return None
    return make_fix(
        Editor(file).set_keyword(call, "name", f'"{new}"'),
        f"Name the input {new!r}, as the data does",
        repair_class=RepairClass.B,
        likelihood=0.6,
    )
