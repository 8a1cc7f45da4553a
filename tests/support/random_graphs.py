"""Graphs of all kinds, for tests of what holds for every graph."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import strategies as st

from graphscope.graph import (
    ROOT,
    DeclaredEdge,
    Edge,
    EdgeKind,
    Graph,
    Layer,
    Node,
    NodeKind,
    Note,
    Port,
    Scope,
    ScopeKind,
    SourceLine,
    TensorSpec,
    Weight,
)

TEXT = st.text(max_size=6)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
FACTS = st.dictionaries(TEXT, VALUES, max_size=3)
SIZES = st.none() | st.integers(0, 9) | st.sampled_from(["B", "2B+1"])
SPECS = st.builds(
    TensorSpec,
    st.none() | st.lists(SIZES, max_size=3).map(tuple),
    st.sampled_from(["float32", "bool", ""]),
)
CONFIGS = FACTS | st.builds(lambda name, rest: {"name": name} | rest, TEXT, FACTS)
LINES = st.none() | st.builds(SourceLine, TEXT, st.integers(1, 99), TEXT)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw a graph that holds a little of everything."""
    scope_ids = draw(st.lists(TEXT.map("s:{}".format), unique=True, max_size=4))
    node_ids = draw(st.lists(TEXT.map("n:{}".format), unique=True, max_size=5))
    layer_ids = draw(st.lists(TEXT.map("layer:{}".format), unique=True, max_size=3))
    weight_ids = draw(st.lists(TEXT.map("weight:{}".format), unique=True, max_size=3))
    layer = st.sampled_from([None, *layer_ids])
    nodes = tuple(
        Node(
            id_,
            draw(TEXT),
            draw(TEXT),
            draw(st.sampled_from(NodeKind)),
            draw(st.sampled_from([ROOT, *scope_ids])),
            tuple(draw(st.lists(SPECS, max_size=3))),
            draw(layer),
            tuple(draw(st.lists(st.sampled_from(weight_ids), max_size=2))) if weight_ids else (),
            draw(FACTS),
            draw(LINES),
        )
        for id_ in node_ids
    )
    ports = [Port(node.id, index) for node in nodes for index in range(max(1, len(node.outputs)))]
    some_ports = st.lists(st.sampled_from(ports), max_size=3).map(tuple) if ports else st.just(())
    scopes = [Scope(ROOT, draw(TEXT), draw(TEXT), ScopeKind.LAYER, None)]
    for id_ in scope_ids:
        scopes.append(
            Scope(
                id_,
                draw(TEXT),
                draw(TEXT),
                draw(st.sampled_from(ScopeKind)),
                draw(st.sampled_from([scope.id for scope in scopes])),
                draw(layer),
                draw(some_ports),
                draw(some_ports),
                draw(FACTS),
                draw(LINES),
            )
        )
    edges = [
        Edge(*port, draw(st.sampled_from(node_ids)), draw(st.integers(0, 5)), kind)
        for port, kind in draw(
            st.lists(st.tuples(st.sampled_from(ports), st.sampled_from(EdgeKind)), max_size=6)
            if ports
            else st.just([])
        )
    ]
    return Graph(
        name=draw(TEXT),
        nodes=nodes,
        edges=tuple(edges),
        scopes=tuple(scopes),
        layers=tuple(
            Layer(
                id_,
                draw(TEXT),
                draw(TEXT),
                draw(TEXT),
                draw(st.booleans()),
                tuple(weight_ids),
                draw(CONFIGS),
                draw(layer),
            )
            for id_ in layer_ids
        ),
        weights=tuple(
            Weight(
                id_,
                draw(TEXT),
                draw(TEXT),
                (draw(st.integers(0, 9)),),
                "float32",
                draw(st.booleans()),
            )
            for id_ in weight_ids
        ),
        outputs=draw(some_ports),
        declared=tuple(
            DeclaredEdge(*pair) for pair in draw(st.lists(st.tuples(TEXT, TEXT), max_size=2))
        ),
        notes=tuple(
            Note(draw(TEXT), draw(TEXT), draw(st.none() | TEXT))
            for _ in range(draw(st.integers(0, 2)))
        ),
        metadata=draw(FACTS),
    )


def same(one: Graph, other: Graph) -> bool:
    """Whether two graphs agree in all their parts."""
    return all(
        getattr(one, field.name) == getattr(other, field.name)
        for field in fields(Graph)
        if field.init
    )
