"""The outline as a whole: invariants on any graph, ids, what is left out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from graphscope.analysis.outline import Outline, count_repeated_blocks, find_repeats, fold
from graphscope.graph import (
    Graph,
    GraphBuilder,
    NodeKind,
    Port,
    ScopeKind,
    TensorSpec,
    from_json,
    to_json,
)
from tests.support.graphs import graph
from tests.unit.outline.nets import resnet, unet, vgg

TYPES = ("Conv2D", "BatchNormalization", "ReLU", "Add")
NAMES = ("block1_a", "block1_b", "block2_a", "stage_1/x", "ReLU", "enc", "", "\ud800", "a#2")


@st.composite
def flat_graphs(draw: st.DrawFn) -> Graph:
    """Any graph of one scope: chains, merges, loose ends, several inputs and outputs."""
    builder = GraphBuilder("any")
    nodes: list[str] = []
    for _ in range(draw(st.integers(0, 70))):
        reach = draw(st.integers(1, 12))
        near = nodes[-reach:]
        inputs = draw(st.lists(st.sampled_from(near), max_size=3)) if near else []
        spec = TensorSpec(("B", draw(st.sampled_from((4, 8)))), "float32")
        kind = NodeKind.OP if inputs else NodeKind.INPUT
        name, type_ = draw(st.sampled_from(NAMES)), draw(st.sampled_from(TYPES))
        node = builder.add_node(name, type_, kind, outputs=[spec])
        for port, source in enumerate(inputs):
            builder.add_edge(Port(source), node, port)
        nodes.append(node)
    ends = draw(st.lists(st.sampled_from(nodes), max_size=2)) if nodes else []
    return builder.build(outputs=[Port(node) for node in ends])


@st.composite
def periodic_graphs(draw: st.DrawFn) -> Graph:
    """A unit with skips inside, many times in a row, with some noise."""
    builder = GraphBuilder("periodic")
    spec = TensorSpec(("B", 8), "float32")
    x = builder.add_node("x", "Input", NodeKind.INPUT, outputs=[spec])
    length = draw(st.integers(2, 7))
    skips = draw(st.sets(st.integers(1, length - 1), max_size=2))
    for _ in range(draw(st.integers(4, 12))):
        made = [x]
        for place in range(length):
            node = builder.add_node("op", TYPES[place % 4], NodeKind.OP, outputs=[spec])
            builder.add_edge(Port(made[-1]), node, 0)
            if place in skips:
                builder.add_edge(Port(made[0]), node, 1)
            made.append(node)
        x = made[-1]
        if draw(st.integers(0, 6)) == 0:
            builder.add_edge(Port(x), builder.add_node("probe", "Probe", NodeKind.OP), 0)
    return builder.build(outputs=[Port(x)])


@st.composite
def nested_graphs(draw: st.DrawFn) -> Graph:
    """Any tree of scopes, with edges between any of them, all forward."""
    builder = GraphBuilder("nested")
    scopes = ["/"]
    for _ in range(draw(st.integers(0, 6))):
        parent = draw(st.sampled_from(scopes))
        scopes.append(builder.open_scope("s", "Block", ScopeKind.LAYER, parent=parent))
    nodes: list[str] = []
    for _ in range(draw(st.integers(0, 30))):
        scope, type_ = draw(st.sampled_from(scopes)), draw(st.sampled_from(TYPES))
        inputs = draw(st.lists(st.sampled_from(nodes), max_size=3)) if nodes else []
        kind = draw(st.sampled_from((NodeKind.OP, NodeKind.LAYER, NodeKind.INPUT)))
        spec = TensorSpec(("B", 4), "float32")
        node = builder.add_node(type_, type_, kind, scope=scope, outputs=[spec])
        for port, source in enumerate(inputs):
            builder.add_edge(Port(source), node, port)
        nodes.append(node)
    return builder.build()


ANY_GRAPH = st.one_of(flat_graphs(), periodic_graphs())


@given(st.one_of(ANY_GRAPH, nested_graphs()))
@settings(max_examples=150, deadline=None)
def test_every_node_and_scope_has_exactly_one_place(drawn: Graph):
    outline = fold(drawn)
    subjects = [item.subject for item in outline.items if item.subject is not None]
    assert sorted(subjects) == sorted([*drawn.scope_by_id, *drawn.node_by_id])
    assert len(outline.positions) == len(outline.items)
    check_preorder(outline)


def check_preorder(outline: Outline) -> None:
    items = outline.items
    assert (items[0].parent, items[0].end, items[0].kind) == (-1, len(items), "root")
    for place, item in enumerate(items[1:], start=1):
        assert item.parent < place < item.end <= items[item.parent].end
    for place, item in enumerate(items):
        children = outline.children_of(place)
        assert all(items[child].parent == place for child in children)
        if children:
            assert item.leaves == sum(items[child].leaves for child in children)
        if item.kind == "repeat":
            assert item.count == len(children)
            assert len({items[child].signature for child in children}) == 1


@given(ANY_GRAPH)
@settings(max_examples=100, deadline=None)
def test_no_path_leaves_a_block_and_comes_back(drawn: Graph):
    outline = fold(drawn)
    for place, item in enumerate(outline.items):
        if item.kind in ("block", "repeat"):
            inside = {each.id for each in outline.items[place : item.end] if each.subject}
            assert is_convex(drawn, inside), item.id


def is_convex(drawn: Graph, inside: set[str]) -> bool:
    behind: set[str] = set()
    stack = [edge.target for node in inside for edge in drawn.outgoing.get(node, ())]
    while stack:
        node = stack.pop()
        if node in behind or node in inside:
            continue
        behind.add(node)
        targets = [edge.target for edge in drawn.outgoing.get(node, ())]
        if any(target in inside for target in targets):
            return False
        stack += targets
    return True


@given(ANY_GRAPH)
@settings(max_examples=50, deadline=None)
def test_the_same_graph_gives_the_same_outline(drawn: Graph):
    assert fold(drawn).items == fold(drawn).items


def test_json_there_and_back_changes_nothing():
    assert fold(from_json(to_json(resnet()))).items == fold(resnet()).items


def test_blocks_of_a_real_network_are_convex():
    for drawn in (resnet(), unet(), vgg(is_named=False)):
        outline = fold(drawn)
        for place, item in enumerate(outline.items):
            if item.kind in ("block", "repeat"):
                inside = {each.id for each in outline.items[place : item.end] if each.subject}
                assert is_convex(drawn, inside)


def test_ids_are_paths():
    assert "block:conv2/block:conv2_block1" in fold(resnet()).positions


def test_a_node_may_have_the_name_of_a_repeat():
    builder = GraphBuilder("hostile")
    spec = TensorSpec(("B",), "float32")
    before = builder.add_node("repeat:op", "Input", NodeKind.INPUT, outputs=[spec])
    for i in range(8):
        node = builder.add_node(f"op_{i}", "Op", NodeKind.OP, outputs=[spec])
        builder.add_edge(Port(before), node, 0)
        before = node
    ids = [item.id for item in fold(builder.build(outputs=[Port(before)])).items]
    assert ids[:3] == ["/", "repeat:op", "repeat:op#2"]


def test_constants_are_left_out():
    outline = fold(graph("x, c=Const -> y"))
    assert [item.id for item in outline.items] == ["/", "x", "y"]


def test_synthetic_operations_are_bypassed():
    outline = fold(graph('x -> a/mm=M -> a/mark=Identity{"synthetic": true} -> y'))
    assert "a/mark" not in outline.positions
    source = outline.wiring.tensors[outline.wiring.slots["y"][0].tensor]
    assert source == ("a/mm", 0)


def test_a_synthetic_operation_stays_where_it_is_all_there_is():
    outline = fold(graph('x -> dropout/mark=Identity{"synthetic": true} -> y'))
    assert "dropout/mark" in outline.positions


def test_an_empty_scope_keeps_its_place_in_the_tree():
    outline = fold(graph("scope lonely; x -> y"))
    assert outline.items[outline.positions["lonely"]].leaves == 0


def test_an_empty_graph_is_a_root():
    assert len(fold(GraphBuilder("empty").build()).items) == 1


def test_repeated_blocks_are_counted_outermost():
    assert count_repeated_blocks(resnet()) == 4
    stage = "block:conv3/block:conv3_block"
    assert find_repeats(resnet())[0].members == (f"{stage}2", f"{stage}3")
    assert count_repeated_blocks(graph("x -> y")) == 0


def test_the_kinds_of_items():
    outline = fold(graph("scope a~While; x -> a/b=Mul -> d:Dense; d -> f/g:Dense"))
    kinds = {item.id: item.kind for item in outline.items}
    assert kinds == {
        "/": "root",
        "x": "input",
        "a": "subgraph",
        "a/b": "op",
        "d": "node_layer",
        "f": "layer",
        "f/g": "node_layer",
    }
