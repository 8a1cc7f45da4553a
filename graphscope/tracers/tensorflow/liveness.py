"""Which operations matter: those that a result depends on, and those with an effect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def find_live_operations(graph: Any, roots: list[Any]) -> tuple[list[Any], int]:
    """Return the operations worth keeping in creation order, and how many were left out.

    Keras asks for the dynamic shape of tensors and then often needs only its static part; the
    operations that computed it would stand in the picture as dead ends.

    Args:
        graph: a TensorFlow graph.
        roots: tensors that must stay, of this or of other graphs.
    """
    operations = graph.get_operations()
    pending = [tensor.op for tensor in roots if tensor.graph is graph]
    pending += _find_stateful(operations)
    live = set()
    while pending:
        operation = pending.pop()
        if operation in live:
            continue
        live.add(operation)
        pending += [tensor.op for tensor in operation.inputs]
        pending += operation.control_inputs
    kept = [operation for operation in operations if operation in live]
    dead = sum(operation.type != "Placeholder" for operation in operations if operation not in live)
    return kept, dead


def _find_stateful(operations: Iterable[Any]) -> list[Any]:
    # Read once for each type: TensorFlow makes the definition anew each time.
    stateful: dict[str, bool] = {}
    found = []
    for operation in operations:
        type_ = operation.type
        if type_ not in stateful:
            stateful[type_] = bool(operation.op_def.is_stateful)
        if stateful[type_]:
            found.append(operation)
    return found
