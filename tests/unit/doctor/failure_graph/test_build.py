"""The graph up to a failure, from recordings made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graphscope.doctor.failure_graph import FailureGraph, build_failure_graph
from graphscope.doctor.findings import Place
from graphscope.doctor.records import Boundary, Frame, LossRecord, Position, Recording, Spec
from tests.unit.doctor.failure_graph.recordings import (
    FILE,
    KerasTensor,
    Layer,
    Recorder,
    World,
    an_input,
    failure,
    in_graph,
)


def edges(found: FailureGraph) -> list[str]:
    return [f"{edge.source}>{edge.target}" for edge in found.graph.edges]


def ids(found: FailureGraph) -> list[str]:
    return [node.id for node in found.graph.nodes]


def merge() -> tuple[Recorder, Any]:
    r = Recorder()
    x, a, b = an_input("image", None, 8), KerasTensor(None, 4), KerasTensor(None, 5)
    r.call(r.make("left", 3), [x], [a])
    r.call(r.make("right", 4), [x], [b])
    r.call(r.make("aside", 5), [a], [KerasTensor(None, 2)])
    r.call(r.make("stranger", 6), [an_input("other", None, 9)], [KerasTensor(None, 9)])
    return r, r.call(r.make("add", 7), [a, b], None, type_="Add", line=9)


def test_the_failing_call_stands_in_the_graph_with_what_it_received() -> None:
    r, failed = merge()
    found = build_failure_graph(r.recording, failure(failed))
    node = found.graph.node_by_id["add"]
    assert found.culprit == "add"
    assert node.outputs == ()
    assert node.attributes == {"failed": True, "received": "(None, 4), (None, 5)"}
    assert edges(found)[-2:] == ["left>add", "right>add"]
    assert str(found.graph.node_by_id["left"].outputs[0]) == "B×4 float32"


def test_branches_that_are_not_joined_yet_are_shown_and_other_models_are_not() -> None:
    r, failed = merge()
    assert ids(build_failure_graph(r.recording, failure(failed))) == [
        "image", "left", "right", "aside", "add",
    ]  # fmt: skip


def test_ids_are_found_by_call_and_by_layer() -> None:
    r, failed = merge()
    found = build_failure_graph(r.recording, failure(failed))
    assert found.id_of(failed) == found.id_of(failed.operation) == "add"
    assert found.id_of(Layer("add")) is None


def test_lines_are_those_of_creation_and_of_the_call() -> None:
    r, failed = merge()
    found = build_failure_graph(r.recording, failure(failed))
    assert found.lines["add"] == (Place(FILE, 7), Place(FILE, 9))
    source = found.graph.node_by_id["add"].source
    assert source is not None
    assert source.line == 7


def test_a_sequential_model_that_grows_shows_only_its_last_attempt() -> None:
    r = Recorder()
    x = an_input("x", None, 8)
    layers = [r.make(f"dense_{i}") for i in range(3)]
    for count in (1, 2, 3):
        tensor = x
        for layer in layers[:count]:
            made = KerasTensor(None, 4)
            last = (layer is layers[2]) or None
            call = r.call(layer, [tensor], None if last else [made])
            tensor = made
    found = build_failure_graph(r.recording, failure(call))
    assert ids(found) == ["x", "dense_0", "dense_1", "dense_2"]
    assert edges(found) == ["x>dense_0", "dense_0>dense_1", "dense_1>dense_2"]


def test_a_branch_that_hangs_on_an_earlier_attempt_keeps_its_edge() -> None:
    r = Recorder()
    x, first, again = an_input("x", None, 8), KerasTensor(None, 4), KerasTensor(None, 4)
    base = r.make("base")
    r.call(base, [x], [first])
    r.call(r.make("branch"), [first], [KerasTensor(None, 3)])
    r.call(base, [x], [again])
    failed = r.call(r.make("end"), [again])
    found = build_failure_graph(r.recording, failure(failed))
    assert edges(found) == ["x>base", "base>branch", "base>end"]


def test_a_shared_layer_on_two_tensors_is_two_nodes_and_one_layer() -> None:
    r = Recorder()
    shared, tensors = r.make("shared"), [KerasTensor(None, 4), KerasTensor(None, 4)]
    for name, out in zip("ab", tensors, strict=True):
        r.call(shared, [an_input(name, None, 8)], [out])
    found = build_failure_graph(r.recording, failure(r.call(r.make("add"), tensors)))
    assert ids(found) == ["a", "shared", "b", "shared#2", "add"]
    assert len({found.graph.node_by_id[i].layer for i in ("shared", "shared#2")}) == 1


def subclassed(*, attempts: int = 1) -> tuple[Recorder, Any, Any]:
    """A model whose `call` runs a block: `stem`, then `block` with two layers in it."""
    r = Recorder()
    stem, block, one, two = (r.make(name) for name in ("stem", "block", "one", "two"))
    for _ in range(attempts):
        world = World()
        x = in_graph(world, "x", None, 8)
        top = r.call(r.make("net"), [x], [], type_="Net")
        top.error = ValueError("no")
        h = in_graph(world, "h", None, 4, of=[x])
        r.call(stem, [x], [h], parent=top)
        inner = r.call(block, [h], None, type_="Block", parent=top)
        m = in_graph(world, "m", None, 4, of=[h])
        r.call(one, [h], [m], parent=inner)
        s = in_graph(world, "s", None, 4, of=[m, h])
        failed = r.call(two, [s], None, parent=inner)
    return r, failed, inner


def test_the_inside_of_a_model_is_the_graph_and_layers_with_layers_are_scopes() -> None:
    r, failed, _ = subclassed()
    found = build_failure_graph(r.recording, failure(failed))
    assert found.graph.name == "net"
    assert [scope.id for scope in found.graph.scopes] == ["/", "block"]
    assert found.culprit == "block/two"
    assert "block/one>block/computed" in edges(found)
    assert "stem>block/computed" in edges(found)  # x + one(x), told by the backend's graph
    assert [note.code for note in found.graph.notes] == ["not-recorded"]


def test_attempts_in_graphs_that_were_thrown_away_are_left_out() -> None:
    r, failed, _ = subclassed(attempts=3)
    found = build_failure_graph(r.recording, failure(failed))
    assert ids(found) == ["input", "stem", "block/one", "block/computed", "block/two"]


def test_a_line_of_the_users_that_failed_between_calls_is_a_node(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text("def call(x):\n    return x + self.one(x)\n")
    r, _, inner = subclassed()
    inner.children.pop()
    r.recording.calls.pop()
    x, y = inner.inputs[0], inner.children[0].outputs[0]
    position = Position(str(file), 2, 2, 11, 26, "call")
    frame = Frame(position, failure.__code__, {"x": x, "y": y}, {}, is_live=True)
    x.shape, x.dtype = (None, 4), "float32"
    found = build_failure_graph(r.recording, failure(inner, site=(frame,)))
    assert found.culprit is not None
    node = found.graph.node_by_id[found.culprit]
    assert (node.name, node.scope) == ("x + self.one(x)", "block")
    assert node.attributes["received"] == "(None, 4)"
    assert edges(found)[-1] == f"stem>{node.id}"


def test_eager_calls_are_joined_by_order_and_shape() -> None:
    r = Recorder()
    top = r.call(r.make("net"), [Spec((2, 8), "float32")], None, type_="Net")
    r.call(r.make("a"), [Spec((2, 8), "float32")], [Spec((2, 4), "float32")], parent=top)
    failed = r.call(r.make("b"), [Spec((2, 4), "float32")], None, parent=top)
    found = build_failure_graph(r.recording, failure(failed))
    assert edges(found) == ["input>a", "a>b"]
    assert [note.code for note in found.graph.notes] == ["edges-by-shape"]


def test_what_a_trimmed_recording_lacks_comes_from_an_earlier_attempt() -> None:
    r = Recorder()
    net, first, second = (r.make(name) for name in ("net", "first", "second"))
    for trimmed in (False, True):
        world = World()
        x, h = in_graph(world, "x", None, 8), in_graph(world, "h", None, 4)
        top = r.call(net, [x], None, type_="Net")
        if not trimmed:
            r.call(first, [x], [h], parent=top)
        failed = r.call(second, [h], None if trimmed else [h], parent=top)
    found = build_failure_graph(r.recording, failure(failed))
    assert edges(found) == ["input>first", "first>second"]


def test_losses_meet_their_targets() -> None:
    r = Recorder()
    x, y = an_input("x", None, 8), KerasTensor(None, 3)
    top = r.call(r.make("net"), [x], [y], type_="Net")
    r.call(r.make("head"), [x], [y], parent=top)
    loss = LossRecord(
        "loss", None, "mse", None, Spec((None, 5), "float32"), y.spec, ValueError("no")
    )
    boundary = Boundary("fit", top.operation, {}, {}, (), losses=[loss, loss])
    found = build_failure_graph(r.recording, failure(boundary=boundary, stage="fit"))
    assert found.culprit == "mse"
    assert edges(found) == ["x>head", "head>mse", "target>mse"]
    assert found.graph.node_by_id["mse"].attributes["received"] == "(None, 5), (None, 3)"


def test_a_failure_in_the_backend_is_found_by_the_name_of_its_graph_node() -> None:
    r = Recorder()
    x, y = an_input("x", None, 8), KerasTensor(None, 3)
    top = r.call(r.make("net"), [x], [y], type_="Net")
    r.call(r.make("embedding"), [x], [y], parent=top)
    boundary = Boundary("fit", top.operation, {}, {}, ())
    failed = failure(boundary=boundary, graph_node="net_1/embedding_1/Gather")
    assert build_failure_graph(r.recording, failed).culprit == "embedding"


def test_a_program_that_called_nothing_says_so() -> None:
    found = build_failure_graph(Recording(), failure())
    assert found.graph.nodes == ()
    assert [note.code for note in found.graph.notes] == ["nothing-called"]


def test_odd_recordings_become_a_note() -> None:
    recording = Recording()
    recording.calls.append(None)  # type: ignore[arg-type]
    found = build_failure_graph(recording, failure())
    assert [note.code for note in found.graph.notes] == ["graph-lost"]


def test_the_same_recording_gives_the_same_graph() -> None:
    r, failed, _ = subclassed(attempts=2)
    first, second = (build_failure_graph(r.recording, failure(failed)) for _ in range(2))
    assert first.graph.nodes == second.graph.nodes
    assert first.graph.edges == second.graph.edges
