"""Finds the reshape that failed: what was to be reshaped, into what, and where that is written."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import Failing, failing, function_name
from graphscope.doctor.facts.in_graph import call_in_graph, handed_over
from graphscope.doctor.facts.looking import MISSING, look, shape_of
from graphscope.doctor.facts.parameters import Parameter
from graphscope.doctor.facts.upstream import call_at, width_maker
from graphscope.doctor.findings import Place
from graphscope.doctor.fixes.arguments import find_argument
from graphscope.doctor.fixes.placement import creation_call, placement_of
from graphscope.doctor.origins import evaluate
from graphscope.doctor.records import CallRecord, Frame, Shape
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.definitions import definitions_of

_TARGETS = ("newshape", "new_shape", "shape", "target_shape")
Target = tuple[int | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reshaping:
    """One reshape.

    Attributes:
        sizes: the shape that came in.
        target: the shape asked for, with -1; None for sizes that are known only when it runs.
        file, call, frame: the call that holds the target: `Reshape((2, 3))`, `x.reshape(2, 3)`.
        elements: the expressions of the target's axes; empty when it is written elsewhere.
        container: the tuple or list that holds them, or the one expression that is the target.
        given: the expression of what is reshaped, for arrays and tensors.
        tensor: the tensor that came in, for symbolic ones.
        layer: the layer.
        used: where the reshape happens, when that is another line than the target's.
        per_sample: whether sizes, target and elements leave the batch axis out.
        is_open: whether the batch axis that was left out is a -1.
        maker: the layer call that made what came in, where the tensor itself is gone.
    """

    sizes: Shape
    target: Target
    file: SourceFile
    call: ast.Call
    frame: Frame
    elements: tuple[ast.expr, ...] = ()
    container: ast.expr | None = None
    given: ast.expr | None = None
    tensor: Any = None
    layer: Any = None
    used: Place | None = None
    per_sample: bool = False
    is_open: bool = False
    maker: CallRecord | None = None

    @property
    def received(self) -> Shape:
        """The shape that came in, with the batch axis."""
        return (None, *self.sizes) if self.per_sample else self.sizes

    @property
    def place(self) -> Place:
        """The line of the target."""
        first = self.elements[0] if self.elements else self.container or self.call
        return Place(self.file.path, first.lineno)

    def text(self, axis: int) -> str:
        """Return how an axis of the target is written; empty when it is not to be seen."""
        if axis >= len(self.elements):
            return ""
        return " ".join(self.file.segment(self.elements[axis]).split())

    def written(self) -> str:
        """Return the target as it is written: `(maxlen, size)`."""
        if not self.elements:
            return " ".join(self.file.segment(self.container).split()) if self.container else ""
        texts = [self.text(axis) for axis in range(len(self.elements))]
        return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"


def find_reshaping(case: Case) -> Reshaping | None:
    """Return the reshape that failed, by a layer or by a call in the user's code."""
    if case.failure is None:
        return None
    call = case.failure.layer_call
    if call is not None and hasattr(call.operation, "target_shape") and call.input_specs:
        shape = call.input_specs[0].shape
        if shape is None:
            return None
        return layer_reshaping(case, call.operation, shape[1:], call.inputs[0])
    found = call_in_graph(case, "reshape") or failing(case)
    if found is None or not isinstance(found.node, ast.Call):
        return None
    in_layer = call is not None
    if function_name(found.node) != "reshape":
        return None
    return call_reshaping(found, found.node, in_layer=in_layer)


def made_by(case: Case, reshaping: Reshaping) -> tuple[Any, Parameter | None] | None:
    """Return the layer that fixed the last axis of what came in, and the argument that says so."""
    if not reshaping.per_sample or not reshaping.sizes:
        return None
    return width_maker(case, reshaping.tensor, reshaping.sizes[-1], reshaping.maker)


def layer_reshaping(case: Case, layer: Any, sizes: Shape, tensor: Any) -> Reshaping | None:
    """Return what a Reshape layer does with an input."""
    made = creation_call(case, layer)
    if made is None:
        return None
    file, call, frame = made
    argument = find_argument(call, type(layer), "target_shape")
    placement = placement_of(case, layer)
    return Reshaping(
        sizes,
        tuple(layer.target_shape),
        file,
        call,
        frame,
        _elements(argument),
        argument,
        tensor=tensor,
        layer=layer,
        used=placement.place if placement else None,
        per_sample=True,
    )


def call_reshaping(found: Failing, call: ast.Call, *, in_layer: bool) -> Reshaping | None:
    """Return what a call of `reshape` does, as a method or as a function.

    Args:
        found: where to read it.
        call: the call.
        in_layer: whether it happens inside a layer, where the first axis is the batch.
    """
    given, arguments = _split(found, call)
    if given is None or not arguments:
        return None
    tensor, maker = _incoming(found, given)
    sizes = shape_of(tensor)
    container = arguments[0] if len(arguments) == 1 else None
    elements = _elements(container) if container is not None else tuple(arguments)
    target = tuple(_size_of(found, each) for each in elements)
    if container is not None and not elements:
        value = _value_of(found, container)
        if isinstance(value, tuple | list):
            target = tuple(_size(each) for each in value)
        else:
            elements, target = (container,), (_size(value),)
    if sizes is None or not target:
        return None
    reshaping = Reshaping(
        sizes, target, found.file, call, found.frame, elements, container, given, tensor,
        maker=maker,
    )  # fmt: skip
    return _per_sample(reshaping) if in_layer else reshaping


def _per_sample(reshaping: Reshaping) -> Reshaping:
    """Leave the batch axis out where the target hands it on: as -1, as itself, or unknown."""
    first = reshaping.target[0]
    if len(reshaping.sizes) < 2 or len(reshaping.target) < 2:
        return reshaping
    if first not in (-1, None, reshaping.sizes[0]) or reshaping.target.count(-1) > 1 + (
        first != -1
    ):
        return reshaping
    return replace(
        reshaping,
        sizes=reshaping.sizes[1:],
        target=reshaping.target[1:],
        elements=reshaping.elements[1:],
        per_sample=True,
        is_open=first == -1,
    )


def _incoming(found: Failing, given: ast.expr) -> tuple[Any, CallRecord | None]:
    """Return what is reshaped, and the layer call that made it where the source tells."""
    is_live = found.frame.is_live
    tensor = found.look(given)
    if is_live and found.case.recording.producer_of(tensor) is not None:
        return tensor, None
    value: ast.expr | None = given
    if isinstance(given, ast.Name):
        definitions = definitions_of(found.file, given, given)
        value = definitions[0].value if definitions and not definitions[0].path else None
        if definitions and definitions[0].kind == "parameter":
            value = handed_over(found, given.id)
        if not is_live and given.id not in found.frame.locals:
            tensor = None  # a global of the same name is another thing
    made = call_at(found.case, found.file.path, value) if isinstance(value, ast.Call) else None
    if is_live or made is None:
        return tensor, made
    return made.output_specs[0], made


def _value_of(found: Failing, node: ast.expr) -> Any:
    value = look(node, found.frame)
    return evaluate(found.case, node, found.frame) if value is MISSING else value


def _split(found: Failing, call: ast.Call) -> tuple[ast.expr | None, list[ast.expr]]:
    """Separate what is reshaped from the target."""
    keywords = {each.arg: each.value for each in call.keywords}
    target = next((keywords[name] for name in _TARGETS if name in keywords), None)
    function = call.func
    if isinstance(function, ast.Attribute):
        owner = found.look(function.value)
        if shape_of(owner) is not None:
            return function.value, [target] if target is not None else list(call.args)
    if not call.args:
        return None, []
    return call.args[0], [target] if target is not None else list(call.args[1:2])


def _elements(node: ast.expr | None) -> tuple[ast.expr, ...]:
    if isinstance(node, ast.Tuple | ast.List) and not any(
        isinstance(each, ast.Starred) for each in node.elts
    ):
        return tuple(node.elts)
    return ()


def _size_of(found: Failing, node: ast.expr) -> int | None:
    size = _size(_value_of(found, node))
    if size is None and isinstance(node, ast.Name):
        for definition in definitions_of(found.file, node, node)[:1]:
            value: ast.expr | None = definition.value
            for kind, key in definition.path:
                if kind == "item" and isinstance(value, ast.Tuple) and key < len(value.elts):
                    value = value.elts[key]
            return _measured(found, value)
    return _measured(found, node) if size is None else size


def _measured(found: Failing, node: ast.expr | None) -> int | None:
    """The size that `x.shape[1]` or `ops.shape(x)[1]` gives, from what made x."""
    if not isinstance(node, ast.Subscript) or not isinstance(axis := found.look(node.slice), int):
        return None
    base: ast.expr | None = None
    if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
        base = node.value.value
    elif isinstance(node.value, ast.Call) and function_name(node.value) == "shape":
        base = node.value.args[0] if node.value.args else None
    shape = shape_of(_incoming(found, base)[0]) if base is not None else None
    return shape[axis] if shape and -len(shape) <= axis < len(shape) else None


def _size(value: Any) -> int | None:
    return int(value) if isinstance(value, int) or type(value).__name__.startswith("int") else None
