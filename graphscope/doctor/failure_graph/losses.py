"""The losses of a model as nodes: where its outputs meet the targets."""

from __future__ import annotations

from collections.abc import Sequence

from graphscope.doctor.failure_graph.tensors import is_compatible, to_tensor_spec
from graphscope.doctor.records import Boundary, LossRecord, Spec
from graphscope.graph import NOTHING, GraphBuilder, NodeKind, Port


def add_losses(
    builder: GraphBuilder,
    boundary: Boundary,
    outputs: Sequence[Port],
    specs: Sequence[Spec],
    names: Sequence[str],
) -> dict[int, str]:
    """Add the losses that were computed, each with its target; return their ids by record.

    Args:
        builder: receives the nodes.
        boundary: the training or evaluation.
        outputs: what the model returned.
        specs: shapes of the outputs.
        names: names of the outputs, as records name them.
    """
    ids: dict[int, str] = {}
    for record in _latest(boundary.losses):
        source = _find_output(record, outputs, specs, names)
        if source is None:
            continue
        target = builder.add_node(
            f"target ({record.output})" if record.output else "target",
            "Target",
            NodeKind.INPUT,
            outputs=(to_tensor_spec(record.target),),
        )
        failed = {"failed": True, "received": f"{record.target}, {record.prediction}"}
        node = builder.add_node(
            record.name,
            "Loss",
            NodeKind.OP,
            attributes=failed if record.error is not None else NOTHING,
        )
        builder.add_edge(source, node, 0)
        builder.add_edge(Port(target), node, 1)
        ids[id(record)] = node
    return ids


def _latest(records: Sequence[LossRecord]) -> list[LossRecord]:
    """Return the last record of each loss: a step is traced more than once."""
    found = {(each.name, each.output): each for each in records if each.role == "loss"}
    return list(found.values())


def _find_output(
    record: LossRecord, outputs: Sequence[Port], specs: Sequence[Spec], names: Sequence[str]
) -> Port | None:
    if len(outputs) == 1:
        return outputs[0]
    # Outputs in a dictionary come in another order than their names; most are named by layers.
    named = [port for port in outputs if record.output in port.node.split("/")]
    if len(named) == 1:
        return named[0]
    fitting = {
        port
        for port, spec in zip(outputs, specs, strict=False)
        if is_compatible(spec, record.prediction)
    }
    if record.output is not None and record.output in names and len(names) == len(outputs):
        port = outputs[list(names).index(record.output)]
        if port in fitting:
            return port
    return fitting.pop() if len(fitting) == 1 else None
