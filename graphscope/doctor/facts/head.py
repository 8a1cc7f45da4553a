"""Where the head of a model begins: the layers behind the last one that makes maps or sequences."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.layers import insert_before
from graphscope.doctor.fixes.placement import Placement, placement_of
from graphscope.doctor.origins import Stage
from graphscope.doctor.source import Editor, refer_to

_HEAD = {
    "Dense", "Dropout", "Activation", "BatchNormalization", "LayerNormalization", "ReLU",
    "LeakyReLU", "PReLU", "ELU", "Softmax", "GaussianNoise", "GaussianDropout", "AlphaDropout",
    "UnitNormalization", "Normalization", "Identity", "Rescaling", "TimeDistributed",
}  # fmt: skip
_MIXING = {"Dense", "TimeDistributed"}


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """The end of a model.

    Attributes:
        first: the first dense layer of the head; None when the output is a map's own layer.
        before: the last stage before it: what made the map or the sequence.
        last: the last stage.
    """

    first: Stage | None
    before: Stage
    last: Stage


def head_of(stages: list[Stage]) -> Head | None:
    """Return where the head begins; None when there are no layers before it."""
    index = len(stages)
    while index > 0 and stages[index - 1].class_name in _HEAD:
        index -= 1
    if not stages:
        return None
    # Normalisation and activation directly behind a convolution belong to the body.
    while index < len(stages) and stages[index].class_name not in _MIXING:
        index += 1
    if index == len(stages):
        return Head(None, stages[-1], stages[-1])
    if index == 0:
        return Head(stages[0], stages[0], stages[-1])
    return Head(stages[index], stages[index - 1], stages[-1])


def pooling_for(rank: int) -> str | None:
    """Return the layer that averages all axes of a map but the channels, by the map's rank."""
    return f"GlobalAveragePooling{rank - 2}D" if 3 <= rank <= 5 else None


def reduce_before(
    case: Case, stage: Stage, how: str, *, likelihood: float, rank: int
) -> Fix | None:
    """Return the fix that averages or flattens a layer's input.

    Args:
        case: the case.
        stage: the layer whose input is to change.
        how: `average` or `flatten`.
        likelihood: how much the evidence speaks for it.
        rank: of the layer's input.
    """
    layer = stage.call.operation
    class_name = pooling_for(rank) if how == "average" else "Flatten"
    if class_name is None:
        return None
    placement = placement_of(case, layer, stage.call)
    if placement is not None and _is_in_call(placement):
        return _in_call(case, placement, how, rank, likelihood)
    return insert_before(
        case,
        layer,
        class_name,
        call=stage.call,
        title=f"Put {class_name}() before {stage.class_name} {stage.name!r}",
        repair_class=RepairClass.B,
        likelihood=likelihood,
    )


def _is_in_call(placement: Placement) -> bool:
    function = placement.file.function_of(placement.node)
    return placement.kind == "applied" and getattr(function, "name", "") == "call"


def _in_call(
    case: Case, placement: Placement, how: str, rank: int, likelihood: float
) -> Fix | None:
    """Change what a layer is applied to, inside of the user's `call`."""
    file, given = placement.file, placement.given
    if given is None or not case.program.is_own(file.path):
        return None
    editor, text = Editor(file), file.segment(given)
    if how == "average":
        operation = refer_to(file, "keras.ops.mean")
        axes = ", ".join(str(axis) for axis in range(1, rank - 1))
        new = f"{operation.text}({text}, axis={f'({axes})' if rank > 3 else axes})"
    else:
        operation = refer_to(file, "keras.ops.reshape")
        shape = refer_to(file, "keras.ops.shape")
        shape.imported(editor)
        new = f"{operation.text}({text}, ({shape.text}({text})[0], -1))"
    operation.imported(editor)
    editor.replace(given, new)
    verb = "Average" if how == "average" else "Flatten"
    return make_fix(
        editor,
        f"{verb} the map in call, before {file.segment(_function(placement.node))}: {new}",
        repair_class=RepairClass.B,
        likelihood=likelihood,
    )


def _function(node: ast.expr) -> ast.AST:
    return node.func if isinstance(node, ast.Call) else node


def recurrent_of(layer: Any) -> Any:
    """Return the layer that has `return_sequences`: the one inside a Bidirectional one."""
    return getattr(layer, "forward_layer", layer)
