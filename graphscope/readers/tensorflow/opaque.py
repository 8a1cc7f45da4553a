"""Operations of which a file does not tell what they compute, and how that is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphscope.graph import GraphBuilder
from graphscope.readers.tensorflow.unfolding.program import Step
from graphscope.readers.text import quote

_CONTAINERS = {
    "XlaCallModule": "holds what it computes as a StableHLO module, as models on JAX are exported, "
    "and such modules are not opened. Of a Keras model, model.save('NAME.keras') keeps the layers.",
    "TPUPartitionedCall": "runs a function on a TPU, and what was compiled for that is not opened.",
    "_XlaRun": "runs a program that XLA compiled, which is not opened.",
}
"""Operations that hold programs of another kind."""
_TOLD = 10


def add_notes(builder: GraphBuilder, nodes: Mapping[Step, str]) -> None:
    """Tell what is not known of operations, once for each type.

    Args:
        builder: the graph that gets the notes.
        nodes: the steps with the nodes that stand for them.
    """
    for step, count in _first_of_each(each for each in nodes if each.node.op in _CONTAINERS):
        builder.add_note(
            "operation-opaque",
            f"{_name(step, count)} {_CONTAINERS[step.node.op]}",
            nodes[step],
        )
    unknown = _first_of_each(each for each in nodes if _is_unknown(each))
    for step, count in unknown[:_TOLD]:
        builder.add_note(
            "operation-unknown",
            f"{_name(step, count)} is no operation of TensorFlow's own, and the file does not "
            "describe it: shapes and dtypes of its results are known as far as it states them.",
            nodes[step],
        )
    if len(unknown) > _TOLD:
        more = len(unknown) - _TOLD
        builder.add_note("operation-unknown", f"{more:,} further types are not described.")


def _is_unknown(step: Step) -> bool:
    return not (step.facts.is_known or step.is_closed)


def _first_of_each(steps: Iterable[Step]) -> list[tuple[Step, int]]:
    """Return the first step of each type, with the number of steps of the type."""
    found: dict[str, tuple[Step, int]] = {}
    for step in steps:
        first, count = found.get(step.node.op, (step, 0))
        found[step.node.op] = first, count + 1
    return list(found.values())


def _name(step: Step, count: int) -> str:
    times = f" ({count:,} times)" if count > 1 else ""
    return f"{quote(step.node.op, 80)[1:-1]}{times}"
