"""The consistency check sees damage to graphs of real models: it can fail."""

from __future__ import annotations

from dataclasses import replace

import keras
import pytest

from graphscope.analysis import check_consistency
from graphscope.graph import EdgeKind, Graph, Node, NodeKind, ScopeKind
from graphscope.tracers.tensorflow import trace
from tests.tracing.zoo import ZOO, keras_models

# All pairs of an edge or operation and a model: the larger ones would take minutes.
SUBJECTS = (*keras_models.MODELS, "raw_tensorflow")
# What a branch hands on may be a weight or nothing, so nobody knows how many operands these have.
CHOICES = ("If", "StatelessIf", "Case", "StatelessCase")


@pytest.fixture(params=SUBJECTS, scope="module")
def sound(request: pytest.FixtureRequest) -> Graph:
    keras.backend.clear_session()
    model, inputs = ZOO[request.param]()
    graph = trace(model, inputs)
    assert check_consistency(graph).ok
    return graph


def test_every_cut_is_seen(sound: Graph) -> None:
    unseen = [
        (edge.source, edge.target)
        for index, edge in enumerate(sound.edges)
        if edge.kind is EdgeKind.DATA
        and sound.node_by_id[edge.target].type not in CHOICES
        and check_consistency(_without(sound, index)).ok
    ]
    assert unseen == []


def test_every_operation_that_another_layer_claims_is_seen(sound: Graph) -> None:
    layers = [scope.id for scope in sound.scopes if scope.kind is ScopeKind.LAYER]
    unseen = []
    for number, node in enumerate(sound.nodes):
        # A different thief for each operation; all pairs would take minutes.
        thief = layers[number % len(layers)]
        if _has_witness(sound, node) and thief not in sound.ancestors(node.scope):
            unseen += (
                [(node.id, thief)] if check_consistency(_stolen(sound, node, thief)).ok else []
            )
    assert unseen == []


def _has_witness(graph: Graph, node: Node) -> bool:
    """Whether data comes or goes: counters of loops live on constants and the trip before."""
    sources = (
        graph.node_by_id[edge.source]
        for edge in graph.incoming.get(node.id, ())
        if edge.kind is EdgeKind.DATA
    )
    takes = any(source.kind is not NodeKind.CONSTANT for source in sources)
    gives = any(edge.kind is EdgeKind.DATA for edge in graph.outgoing.get(node.id, ()))
    return node.kind is NodeKind.OP and (takes or gives)


def _without(graph: Graph, index: int) -> Graph:
    return replace(graph, edges=graph.edges[:index] + graph.edges[index + 1 :])


def _stolen(graph: Graph, node: Node, thief: str) -> Graph:
    nodes = [replace(each, scope=thief) if each is node else each for each in graph.nodes]
    return replace(graph, nodes=tuple(nodes))
