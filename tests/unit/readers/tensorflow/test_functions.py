"""Functions of a graph's library: calls, loops, branches, and calls without end."""

from __future__ import annotations

from graphscope.graph import EdgeKind, Graph, ScopeKind
from graphscope.readers.tensorflow.graph_def import read_graph_def
from graphscope.readers.tensorflow.unfolding.calls import MAX_PREVIEW
from tests.support.tensorflow_files import (
    BOOL,
    FLOAT,
    INT32,
    Function,
    Shape,
    Type,
    constant,
    function,
    graph,
    ints,
    node,
    placeholder,
    read,
    variable,
)

F = Type(FLOAT)


def read_bytes(data: bytes) -> Graph:
    return read_graph_def(memoryview(data), name="net")


def call(name: str, callee: str, *inputs: str, outputs: int = 1) -> bytes:
    return node(name, "StatefulPartitionedCall", *inputs, f=Function(callee), Tout=[F] * outputs)


def codes(found: Graph) -> set[str]:
    return {note.code for note in found.notes}


SQUARE = function(
    "__inference_square_12", {"v": FLOAT}, {"r": "s:y:0"}, [node("s", "Square", "v", T=F)]
)


def test_each_call_opens_the_function_at_its_place() -> None:
    found = read_bytes(
        graph(
            placeholder("x", None, 4),
            call("first", "__inference_square_12", "x"),
            call("second", "__inference_square_12", "first"),
            functions=[SQUARE],
        )
    )
    assert [scope.id for scope in found.scopes] == ["/", "square", "square#2"]
    assert [node.id for node in found.nodes] == ["x", "square/Square", "square#2/Square"]
    assert [(edge.source, edge.target) for edge in found.edges] == [
        ("x", "square/Square"),
        ("square/Square", "square#2/Square"),
    ]
    assert str(found.nodes[-1].outputs[0]) == "B×4 float32"


def test_a_call_that_only_wraps_another_is_no_box() -> None:
    wrapper = function(
        "wrapper", {"a": FLOAT}, {"r": "Identity:output:0"},
        [call("c", "__inference_square_12", "a"), node("Identity", "Identity", "c:output:0", T=F)],
    )  # fmt: skip
    found = read_bytes(
        graph(placeholder("x", 4), call("go", "wrapper", "x"), functions=[SQUARE, wrapper])
    )
    assert [node.id for node in found.nodes] == ["x", "Square"]


def test_variables_reach_the_functions_that_read_them() -> None:
    body = function(
        "body", {"v": FLOAT, "w": 20}, {"r": "net/dense/MatMul:product:0"},
        [
            read("net/dense/MatMul/ReadVariableOp", "w"),
            node("net/dense/MatMul", "MatMul", "v", "net/dense/MatMul/ReadVariableOp:value:0", T=F),
        ],
    )  # fmt: skip
    found = read_bytes(
        graph(
            placeholder("x", None, 4),
            variable("dense/kernel", 4, 2),
            call("go", "body", "x", "dense/kernel"),
            functions=[body],
        )
    )
    assert found.node_by_id["dense/MatMul"].weights == ("weight:net/dense/kernel",)
    assert found.scope_by_id["dense"].kind is ScopeKind.LAYER


def test_outputs_are_found_by_the_name_of_the_operation_that_makes_them() -> None:
    split = function(
        "parts", {"v": FLOAT}, {"a": "s:output:1", "b": "t:indices:0"},
        [
            constant("axis", INT32, [], ints([1])),
            node("s", "Split", "axis:output:0", "v", num_split=2, T=F),
            constant("k", INT32, [], ints([3])),
            node("t", "TopKV2", "v", "k:output:0", T=F),
        ],
    )  # fmt: skip
    found = read_bytes(
        graph(
            placeholder("x", None, 4),
            call("go", "parts", "x", outputs=2),
            node("y", "Relu", "go", T=F),
            node("z", "Neg", "go:1", T=F),
            functions=[split],
        )
    )
    ports = {edge.target: (edge.source, edge.source_port) for edge in found.edges}
    assert ports["Relu"] == ("parts/Split", 1)
    assert ports["Neg"] == ("parts/TopKV2", 1)
    assert str(found.node_by_id["Relu"].outputs[0]) == "B×2 float32"


def make_loop(**settings: object) -> bytes:
    cond = function(
        "cond", {"i": INT32, "v": FLOAT}, {"r": "l:z:0"},
        [constant("n", INT32, [], ints([5])), node("l", "Less", "i", "n:output:0", T=Type(INT32))],
    )  # fmt: skip
    body = function(
        "body", {"i": INT32, "v": FLOAT}, {"j": "a:z:0", "w": "s:y:0"},
        [
            constant("one", INT32, [], ints([2])),
            node("a", "AddV2", "i", "one:output:0", T=Type(INT32)),
            node("s", "Square", "v", T=F),
        ],
    )  # fmt: skip
    return graph(
        placeholder("x", None, 4),
        constant("start", INT32, [], ints([0])),
        node("w", "While", "start", "x", cond=Function("cond"), body=Function("body"),
             T=[Type(INT32), F], **settings),
        node("y", "Relu", "w:1", T=F),
        functions=[cond, body],
    )  # fmt: skip


def test_a_loop_carries_its_values_from_trip_to_trip() -> None:
    found = read_bytes(make_loop())
    assert [scope.id for scope in found.scopes] == ["/", "while", "while/cond", "while/body"]
    state = {
        (edge.source, edge.target, edge.target_port)
        for edge in found.edges
        if edge.kind is EdgeKind.STATE
    }
    assert state == {
        ("while/body/AddV2", "while/cond/Less", 0),
        ("while/body/AddV2", "while/body/AddV2", 0),
        ("while/body/Square", "while/body/Square", 0),
    }
    rows = found.scope_by_id["while"].attributes["carries"]
    assert rows[1] == [["while/body/Square", 0], [["while/body/Square", 0]]]


def test_a_loop_says_how_often_it_runs() -> None:
    assert read_bytes(make_loop()).scope_by_id["while"].attributes["trip_count"] == 3


def test_a_branch_is_a_choice_between_results() -> None:
    yes = function("yes", {"v": FLOAT}, {"r": "s:y:0"}, [node("s", "Square", "v", T=F)])
    no = function("no", {"v": FLOAT}, {"r": "s:y:0"}, [node("s", "Neg", "v", T=F)])
    found = read_bytes(
        graph(
            placeholder("x", None, 4),
            placeholder("p", dtype=BOOL),
            node("c", "If", "p", "x", then_branch=Function("yes"), else_branch=Function("no"),
                 Tcond=Type(BOOL), Tin=[F], Tout=[F]),
            functions=[yes, no],
        )
    )  # fmt: skip
    choice = found.node_by_id["if/choose"]
    assert [edge.source for edge in found.incoming["if/choose"]] == [
        "p", "if/then_branch/Square", "if/else_branch/Neg",
    ]  # fmt: skip
    assert str(choice.outputs[0]) == "B×4 float32"


def test_a_function_that_calls_itself_is_opened_once() -> None:
    again = function("again", {"v": FLOAT}, {"r": "c:output:0"}, [call("c", "again", "v")])
    found = read_bytes(graph(placeholder("x", 4), call("go", "again", "x"), functions=[again]))
    assert [node.type for node in found.nodes] == ["Input", "StatefulPartitionedCall"]
    (note,) = found.notes
    assert note.code == "function-recursive"
    assert "calls 'again' from within it" in note.message
    assert found.nodes[-1].attributes["calls"] == ["again"]


def test_functions_that_call_each_other_end() -> None:
    ping = function("ping", {"v": FLOAT}, {"r": "c:output:0"}, [call("c", "pong", "v")])
    pong = function("pong", {"v": FLOAT}, {"r": "c:output:0"}, [call("c", "ping", "v")])
    found = read_bytes(graph(placeholder("x", 4), call("go", "ping", "x"), functions=[ping, pong]))
    assert codes(found) == {"function-recursive"}


def test_two_to_the_fortieth_operations_are_not_opened() -> None:
    functions = [
        function(
            f"f{level}", {"v": FLOAT}, {"r": "b:output:0"},
            [call("a", f"f{level + 1}", "v"), call("b", f"f{level + 1}", "a:output:0")],
        )
        for level in range(40)
    ]  # fmt: skip
    last = function("f40", {"v": FLOAT}, {"r": "s:y:0"}, [node("s", "Square", "v", T=F)])
    found = read_bytes(
        graph(placeholder("x", 4), call("go", "f0", "x"), functions=[*functions, last])
    )
    assert 1_000 < len(found.nodes) <= MAX_PREVIEW
    closed = [note for note in found.notes if note.code == "function-closed"]
    assert len(closed) == 11, "ten are told, the rest is counted"
    assert "more calls are not opened" in closed[-1].message


def test_a_missing_function_is_named() -> None:
    found = read_bytes(graph(placeholder("x", 4), call("go", "nowhere", "x")))
    (note,) = found.notes
    assert (note.code, note.subject) == ("function-missing", "StatefulPartitionedCall")


def test_shapes_of_the_file_come_before_rules() -> None:
    found = read_bytes(
        graph(
            placeholder("x", None, 4),
            node("y", "Relu", "x", T=F, _output_shapes=[Shape([7, 4])]),
        )
    )
    assert str(found.nodes[-1].outputs[0]) == "7×4 float32"
