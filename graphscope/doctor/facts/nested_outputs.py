"""A model built from a nested model's own graph, with the layers around it called again."""

from __future__ import annotations

import ast
from typing import Any

from graphscope.doctor.facts.tensors import is_model
from graphscope.doctor.facts.user_call import UserCall
from graphscope.doctor.facts.wiring import operation_of, path_between
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor


def from_nested(
    call: UserCall, inputs: ast.expr, outputs: ast.expr, inner: Any, nested: Any
) -> Fix | None:
    """Build the model from the nested model's inputs, and call what stood behind it again.

    Args:
        call: of `Model(...)`.
        inputs, outputs: its arguments.
        inner: the output that lies inside of the nested model.
        nested: that model.
    """
    owner = next(
        (e for e in ast.walk(inputs) if isinstance(e, ast.Name) and is_model(call.value(e))), None
    )
    outer = call.value(owner) if owner is not None else None
    if owner is None or nested not in (getattr(outer, "layers", None) or []) or not call.is_own:
        return None
    text = f'{owner.id}.get_layer("{nested.name}")'
    editor = Editor(call.file).replace(inputs, f"{text}.inputs")
    for node in outputs.elts if isinstance(outputs, ast.List | ast.Tuple) else [outputs]:
        tensor = call.value(node)
        if tensor is inner:
            continue
        again = _again(outer, nested, tensor, owner.id, text)
        if again is None:
            return None
        editor.replace(node, again)
    return make_fix(
        editor,
        f"Build it from the inputs of {nested.name!r}, and call the layers behind it on its output",
        repair_class=RepairClass.B,
        likelihood=0.94,
    )


def _again(outer: Any, nested: Any, tensor: Any, owner: str, text: str) -> str | None:
    """Return the source that computes an output of the outer model from the nested one's."""
    start = next(iter(getattr(outer, "inputs", None) or []), None)
    path = path_between(tensor, start) if start is not None else []
    layers = [operation_of(each) for each in path]
    if nested not in layers:
        return None
    made = f"{text}.output"
    for layer in reversed(layers[: layers.index(nested)]):
        if layer not in outer.layers or len(getattr(layer, "_inbound_nodes", ())) < 1:
            return None
        if len(layer._inbound_nodes[0].input_tensors) != 1:
            return None
        made = f"{owner}.layers[{outer.layers.index(layer) - len(outer.layers)}]({made})"
    return made
