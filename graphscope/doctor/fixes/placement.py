"""How the source puts a layer into a model: as an element, by `add`, or by calling it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Place
from graphscope.doctor.records import CallRecord, Frame
from graphscope.doctor.source import SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where a layer stands in the source.

    Attributes:
        kind: `element` (of a list of layers), `added` (`model.add(layer)`), or `applied`
            (`layer(x)`).
        file: the source file.
        node: the element, the argument of `add`, or the call `layer(x)`.
        frame: the user's frame that was executing it.
    """

    kind: Literal["element", "added", "applied"]
    file: SourceFile
    node: ast.expr
    frame: Frame

    @property
    def place(self) -> Place:
        """The line where the layer stands."""
        return Place(self.file.path, self.node.lineno)

    @property
    def given(self) -> ast.expr | None:
        """The first argument of an applied layer: the tensor it receives."""
        if self.kind != "applied" or not isinstance(self.node, ast.Call):
            return None
        if self.node.args:
            return self.node.args[0]
        return self.node.keywords[0].value if self.node.keywords else None


def creation_call(case: Case, instance: Any) -> tuple[SourceFile, ast.Call, Frame] | None:
    """Return the user's expression that made an object, with the frame that ran it.

    For a sublayer that Keras made itself this is the call of the layer or model it belongs to.
    """
    creation = case.recording.creation_of(instance)
    if creation is None or not creation.site:
        return None
    frame = creation.site[0]
    found = case.program.call(frame)
    return (found[0], found[1], frame) if found else None


def placement_of(case: Case, layer: Any, call: CallRecord | None = None) -> Placement | None:
    """Return how the source puts a layer into its model; None when that is not to be seen.

    Args:
        case: the case.
        layer: the layer.
        call: the call in question, for layers that are applied more than once; by default the
            last recorded one.
    """
    made = creation_call(case, layer)
    if made is not None:
        for placement in _around_creation(*made):
            return placement
    call = call or next(
        (each for each in reversed(case.recording.calls) if each.operation is layer), None
    )
    return _around_call(case, layer, call) if call else None


def _around_creation(file: SourceFile, node: ast.Call, frame: Frame) -> Iterator[Placement]:
    parent = file.parent(node)
    if isinstance(parent, ast.List | ast.Tuple) and _holds_layers(file, parent):
        yield Placement("element", file, node, frame)
    elif isinstance(parent, ast.Call) and parent.func is node:
        yield Placement("applied", file, parent, frame)
    elif isinstance(parent, ast.Call) and _is_add(parent) and node in parent.args:
        yield Placement("added", file, node, frame)


def _around_call(case: Case, layer: Any, call: CallRecord) -> Placement | None:
    for frame in call.site:
        found = case.program.call(frame)
        if found is None:
            continue
        file, node = found
        if _is_add(node) and node.args:
            return Placement("added", file, node.args[0], frame)
        element = _element_for(node, layer, frame)
        if element is not None:
            return Placement("element", file, element, frame)
        if _evaluates_to(node.func, layer, frame):
            return Placement("applied", file, node, frame)
    return None


def _element_for(node: ast.Call, layer: Any, frame: Frame) -> ast.expr | None:
    """Return the element of `Sequential([...])` that is the layer."""
    for argument in node.args:
        if isinstance(argument, ast.List | ast.Tuple):
            for element in argument.elts:
                if _evaluates_to(element, layer, frame):
                    return element
    return None


def _holds_layers(file: SourceFile, container: ast.AST) -> bool:
    """Whether a list is one of layers: its own elements are calls or names, not tensors' lists."""
    parent = file.parent(container)
    while isinstance(parent, ast.BinOp | ast.List | ast.Tuple | ast.Starred):
        parent = file.parent(parent)
    # A list that is an argument of `layer([a, b])` holds tensors; there the function is a call.
    return not (isinstance(parent, ast.Call) and isinstance(parent.func, ast.Call))


def _is_add(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "add" and len(node.args) == 1


def _evaluates_to(node: ast.expr, layer: Any, frame: Frame) -> bool:
    """Whether a name or attribute stands for the layer in a frame."""
    missing = object()
    if isinstance(node, ast.Name):
        return frame.locals.get(node.id, frame.globals.get(node.id, missing)) is layer
    if isinstance(node, ast.Attribute):
        owner = _owner(node, frame)
        return owner is not None and getattr(owner, node.attr, missing) is layer
    return False


def _owner(node: ast.Attribute, frame: Frame) -> Any:
    if isinstance(node.value, ast.Name):
        return frame.locals.get(node.value.id, frame.globals.get(node.value.id))
    return None
