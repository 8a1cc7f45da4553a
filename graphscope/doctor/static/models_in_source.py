"""Models that source builds in one function: their last layer, and what compile is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from graphscope.doctor.source import SourceFile
from graphscope.doctor.static.compilation import Loss, canonical
from graphscope.doctor.static.heads import Head
from graphscope.doctor.static.names import argument, called, layer_class, literal, qualified

_PASSING = ("Dropout",)
_LAST = ("Dense", "Activation", "Softmax")


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A `compile` call, with the layer that makes each output (None: unknown)."""

    compile: ast.Call
    heads: tuple[ast.Call | None, ...]


def compiled_models(file: SourceFile) -> Iterator[CompiledModel]:
    """Yield every `NAME.compile(...)` whose model is made once, in the same function."""
    for node in ast.walk(file.tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "compile"
            and isinstance(node.func.value, ast.Name)
        ):
            heads = _heads_of(file, node, node.func.value.id)
            if heads:
                yield CompiledModel(node, heads)


def _heads_of(file: SourceFile, use: ast.Call, name: str) -> tuple[ast.Call | None, ...]:
    made = _only_value(file, use, name)
    if not isinstance(made, ast.Call):
        return ()
    if called(file, made) == "keras.Sequential":
        return (_last_of_sequential(file, made, use, name),)
    if called(file, made) == "keras.Model":
        return _outputs_of(file, made)
    return ()


def _only_value(file: SourceFile, use: ast.expr, name: str) -> ast.expr | None:
    """Return the value that a name has in the function of its use, if it is set only once there."""
    scope = file.function_of(use)
    values = [
        node.value
        for node in ast.walk(scope or file.tree)
        if isinstance(node, ast.Assign)
        and file.function_of(node) is scope
        and any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
    ]
    return values[0] if len(values) == 1 else None


def _last_of_sequential(
    file: SourceFile, made: ast.Call, use: ast.Call, name: str
) -> ast.Call | None:
    listed = argument(made, "layers", 0)
    layers = list(listed.elts) if isinstance(listed, ast.List | ast.Tuple) else []
    if listed is not None and not layers:
        return None
    for node in ast.walk(file.function_of(use) or file.tree):
        if not _adds_to(node, name):
            continue
        if any(isinstance(each, ast.If | ast.For | ast.While) for each in file.ancestors(node)):
            return None
        layers.append(node.args[0])
    layers.sort(key=lambda each: (each.lineno, each.col_offset))
    while layers and layer_class(file, layers[-1]) in _PASSING:
        layers.pop()
    last = layers[-1] if layers else None
    return last if isinstance(last, ast.Call) else None


def _adds_to(node: ast.AST, name: str) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "add"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == name
        and len(node.args) == 1
    )


def _outputs_of(file: SourceFile, made: ast.Call) -> tuple[ast.Call | None, ...]:
    outputs = argument(made, "outputs", 1)
    if isinstance(outputs, ast.Name):
        outputs = _only_value(file, outputs, outputs.id) or outputs
    if isinstance(outputs, ast.List | ast.Tuple):
        if any(isinstance(each, ast.Starred) for each in outputs.elts):
            return ()
        return tuple(_layer_of(file, each) for each in outputs.elts)
    # A name or call may stand for a list of tensors; only what a layer made is one for sure.
    one = _layer_of(file, outputs) if outputs is not None else None
    return (one,) if one is not None else ()


def _layer_of(file: SourceFile, node: ast.expr) -> ast.Call | None:
    """Return the layer whose call made a tensor: `Dense(10)` in `Dense(10)(x)`."""
    if isinstance(node, ast.Name):
        value = _only_value(file, node, node.id)
        return _layer_of(file, value) if isinstance(value, ast.Call) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Call):
        return node.func if layer_class(file, node.func) in _LAST else None
    return None


def head_of(file: SourceFile, layer: ast.Call) -> Head | None:
    """Return a literal Dense or activation layer as a head."""
    kind = layer_class(file, layer)
    if kind == "Softmax":
        return Head("Softmax", None, "softmax")
    if kind not in _LAST:
        return None
    dense = kind == "Dense"
    units = literal(argument(layer, "units", 0)) if dense else None
    given = argument(layer, "activation", 1 if dense else 0)
    activation = "linear" if given is None else _activation(file, given)
    size = units if isinstance(units, int) else None
    label = f"{kind}({file.segment(layer.args[0])})" if layer.args else kind
    return Head(label, size, activation)


def _activation(file: SourceFile, node: ast.expr) -> str | None:
    value = literal(node)
    if value is None:
        return "linear"
    if isinstance(value, str):
        return value.lower()
    name = qualified(file, node)
    known = name.startswith(("keras.activations.", "tensorflow.nn.", "keras.ops."))
    return name.rpartition(".")[2] if known else None


def loss_of(file: SourceFile, node: ast.expr | None) -> Loss | None:
    """Return a literal loss; None for what is none."""
    value = literal(node)
    if isinstance(value, str):
        return Loss(canonical(value))
    if not isinstance(node, ast.Call) or not called(file, node).startswith("keras.losses."):
        return None
    from_logits = literal(argument(node, "from_logits", 0))
    given = argument(node, "from_logits", 0) is not None
    if given and not isinstance(from_logits, bool):
        return None
    return Loss(canonical(called(file, node).rpartition(".")[2]), from_logits is True)


def loss_argument(model: CompiledModel) -> ast.expr | None:
    """Return what compile is given as its loss."""
    return argument(model.compile, "loss", 1)
