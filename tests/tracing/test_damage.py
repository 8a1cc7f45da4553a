"""The consistency check sees damage to graphs of real models: it can fail."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import keras
import pytest

from graphscope.analysis import check_consistency
from graphscope.graph import EdgeKind, Graph
from graphscope.tracers.tensorflow import trace
from tests.support.damage import KINDS, Damaged
from tests.tracing.zoo import ZOO

# Operations that take as many tensors as they please, so a cut leaves no gap.
OPEN_ARITY = ("PyFunc", "EagerPyFunc", "SparseFillEmptyRows", "RaggedTensorToVariant")


EVERY_DAY = ["shared_encoder", "masked_recurrent", "masked_attention", "subclassed", "branches"]
"""What a graph may have, in few models: every kind of damage finds something to damage."""

NIGHTLY = [
    "digits",
    "residual_dropout",
    "nested_models",
    "raw_tensorflow",
    "two_arguments",
    "constant_state",
    "tied_weights",
    "mixed_precision",
    "loops",
    "scan",
    "time_distributed",
]
"""With these, one model for each thing that a graph may have; `GRAPHSCOPE_DAMAGE=all`."""

MODELS = [*EVERY_DAY, *(NIGHTLY if os.environ.get("GRAPHSCOPE_DAMAGE") == "all" else ())]


@pytest.fixture(params=MODELS, scope="module")
def sound(request: pytest.FixtureRequest) -> Graph:
    keras.backend.clear_session()
    model, inputs = ZOO[request.param]()
    graph = trace(model, inputs)
    assert [str(found) for found in check_consistency(graph).violations] == []
    return graph


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_damage_is_seen(sound: Graph, kind: Callable[[Graph], Iterator[Damaged]]) -> None:
    unseen = [
        what
        for what, damaged in kind(sound)
        if check_consistency(damaged).ok and not _has_no_witness(sound, kind.__name__, what)
    ]
    assert unseen == []


def _has_no_witness(graph: Graph, kind: str, what: str) -> bool:
    """Whether nothing in the graph contradicts the damage; `docs/consistency.md` lists these."""
    if kind == "cut_edges":
        target = what.rpartition(" to ")[2]
        return graph.node_by_id[target].type in OPEN_ARITY
    if kind == "steal_operations":
        return _feeds_itself_alone(graph, what.partition(" to ")[0])
    if kind == "withdraw_declarations":
        # A Sequential may have no input layer, a mask need not be declared.
        source = what.partition(" to ")[0]
        return graph.scopes[0].type == "Sequential" or _makes_masks(graph, source)
    return False


def _feeds_itself_alone(graph: Graph, node: str) -> bool:
    """Whether an operation counts the trips of a loop, and nobody asks it."""
    return {edge.target for edge in graph.outgoing.get(node, ())} <= {node}


def _makes_masks(graph: Graph, call: str) -> bool:
    return any(
        edge.kind is EdgeKind.MASK
        and (edge.source == call or call in graph.ancestors(graph.node_by_id[edge.source].scope))
        for edge in graph.edges
    )
