"""SavedModels: entry points, objects, weights, and operations that do more than compute."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from graphscope.errors import ReadError
from graphscope.formats.wire import MalformedError
from graphscope.graph import Graph
from graphscope.graph.output_names import output_names
from graphscope.readers.tensorflow.graph_file import read as read_file
from graphscope.readers.tensorflow.saved.checkpoint import read_index
from graphscope.readers.tensorflow.saved_model import read, weight_parts
from tests.support.tensorflow_files import (
    FLOAT,
    RESOURCE,
    Function,
    Type,
    data,
    function,
    graph,
    make_index,
    mapping,
    meta_graph,
    node,
    number,
    placeholder,
    saved_model,
    shape,
    signature,
    variable,
    varint,
    write_index,
    write_saved_model,
)
from tests.support.tensorflow_files import read as read_variable

F = Type(FLOAT)

READ = "net_1/dense_1/MatMul/ReadVariableOp"
BODY = function(
    "__inference_call_7", {"v": FLOAT, "w": RESOURCE}, {"r": "Identity:output:0"},
    [
        read_variable(READ, "w"),
        node("net_1/dense_1/MatMul", "MatMul", "v", f"{READ}:value:0", T=F),
        node("Identity", "Identity", "net_1/dense_1/MatMul:product:0", T=F),
    ],
)  # fmt: skip


def saved_object(*children: tuple[str, int], **kinds: bytes) -> bytes:
    """A SavedObject: its children by name and number, and what kind it is of."""
    fields = {"user": 4, "function": 6, "variable": 7, "bare": 8}
    links = b"".join(data(1, number(1, target) + data(2, name)) for name, target in children)
    return links + b"".join(data(fields[kind], value) for kind, value in kinds.items())


def saved_variable(name: str, *sizes: int, trainable: bool = True) -> bytes:
    return number(1, FLOAT) + data(2, shape(sizes)) + number(3, trainable) + data(6, name)


OBJECTS = b"".join(
    data(1, each)
    for each in (
        saved_object(("layer", 1), ("call", 3), ("optimizer", 4), user=b""),
        saved_object(("kernel", 2), user=b""),
        saved_object(variable=saved_variable("dense/kernel", 4, 2)),
        saved_object(function=data(1, "__inference_call_7")),
        saved_object(("m", 5), user=b""),
        saved_object(variable=saved_variable("adam/m", 4, 2, trainable=False)),
    )
) + mapping(2, {"__inference_call_7": data(2, b"\x02")})


def model_graph() -> bytes:
    return graph(
        placeholder("serving_x", None, 4),
        variable("dense/kernel_1", 4, 2),
        node("go", "StatefulPartitionedCall", "serving_x", "dense/kernel_1",
             f=Function("__inference_call_7"), Tout=[F]),
        functions=[BODY],
    )  # fmt: skip


SERVING = signature({"x": "serving_x:0"}, {"y": "go:0"})


def write(tmp_path: Path, *graphs: bytes) -> Graph:
    return read(write_saved_model(tmp_path / "model", *graphs))


def notes(found: Graph) -> dict[str, str]:
    return {note.code: note.message for note in found.notes}


def test_an_entry_point_shows_the_function_that_computes(tmp_path: Path) -> None:
    found = write(
        tmp_path, meta_graph(model_graph(), {"serving_default": SERVING}, objects=OBJECTS)
    )
    assert found.name == "net"
    assert [node.id for node in found.nodes] == ["x", "dense/MatMul"]
    assert [(weight.id, weight.shape) for weight in found.weights] == [
        ("weight:net/dense/kernel", (4, 2))
    ]
    assert str(found.nodes[-1].outputs[0]) == "B×2 float32"
    assert found.metadata["format"] == "tensorflow saved model"


def test_a_layer_lies_in_the_block_that_calls_it_whatever_its_weights_are_named(
    tmp_path: Path,
) -> None:
    reads = [f"net/{block}/part/MatMul/ReadVariableOp" for block in ("a", "b")]
    body = function(
        "f", {"v": FLOAT, "w": RESOURCE, "u": RESOURCE}, {"r": "net/b/part/MatMul:product:0"},
        [
            read_variable(reads[0], "w"),
            node("net/a/part/MatMul", "MatMul", "v", f"{reads[0]}:value:0", T=F),
            read_variable(reads[1], "u"),
            node("net/b/part/MatMul", "MatMul", "net/a/part/MatMul:product:0",
                 f"{reads[1]}:value:0", T=F),
        ],
    )  # fmt: skip
    definition = graph(
        placeholder("serving_x", None, 4),
        variable("net/kernel", 4, 4),
        variable("net/kernel_1", 4, 4),
        node("go", "StatefulPartitionedCall", "serving_x", "net/kernel", "net/kernel_1",
             f=Function("f"), Tout=[F]),
        functions=[body],
    )  # fmt: skip
    kernels = [saved_object(variable=saved_variable("net/kernel", 4, 4)) for _ in range(2)]
    tree = [saved_object(("one", 1), ("two", 2), user=b""), *kernels]
    captured = mapping(2, {"f": data(2, b"\x01\x02")})
    objects = b"".join(data(1, each) for each in tree) + captured
    found = write(tmp_path, meta_graph(definition, {"serve": SERVING}, objects=objects))
    assert [weight.id for weight in found.weights] == [
        "weight:net/a/part/kernel",
        "weight:net/b/part/kernel",
    ]


def test_a_layer_whose_weights_are_never_read_is_the_one_that_is_called(tmp_path: Path) -> None:
    definition = graph(
        placeholder("serving_x", None, 4),
        node("net/dense/kernel_free", "Relu", "serving_x", T=F),
        node("go", "Identity", "net/dense/kernel_free", T=F),
    )
    found = write(tmp_path, meta_graph(definition, {"serve": SERVING}, objects=OBJECTS))
    assert [layer.name for layer in found.layers].count("dense") == 1
    assert [weight.id.rpartition("/")[0].rpartition("/")[2] for weight in found.weights] == [
        "dense"
    ]


def test_the_file_may_be_named_itself(tmp_path: Path) -> None:
    folder = write_saved_model(
        tmp_path / "model", meta_graph(model_graph(), {"serving_default": SERVING})
    )
    assert len(read_file(folder / "saved_model.pb").nodes) == 2


def test_without_an_entry_point_a_method_is_shown(tmp_path: Path) -> None:
    found = write(tmp_path, meta_graph(model_graph(), {}, objects=OBJECTS))
    assert [node.id for node in found.nodes] == ["v", "dense/MatMul"]
    assert found.weights[0].name == "kernel"
    assert "the function 'call' is shown." in notes(found)["no-entry-point"]


TWO_METHODS = b"".join(
    data(1, each)
    for each in (
        saved_object(("layer", 1), ("call", 3), ("encode", 4), user=b""),
        saved_object(("kernel", 2), user=b""),
        saved_object(variable=saved_variable("dense/kernel", 4, 2)),
        saved_object(function=data(1, "__inference_call_7")),
        saved_object(function=data(1, "encode") + data(1, "encode_other")),
    )
) + mapping(2, {"__inference_call_7": data(2, b"\x02")})


def two_methods() -> bytes:
    encoders = [
        function(name, {"v": FLOAT}, {"r": "y:y:0"}, [node("y", type_, "v", T=F)])
        for name, type_ in (("encode", "Relu"), ("encode_other", "Tanh"))
    ]
    return graph(
        placeholder("serving_x", None, 4),
        node("go", "StatefulPartitionedCall", "serving_x", f=Function("encode"), Tout=[F]),
        functions=[BODY, *encoders],
    )


def test_a_function_is_shown_if_it_is_asked_for(tmp_path: Path) -> None:
    body = meta_graph(two_methods(), {}, objects=TWO_METHODS)
    folder = write_saved_model(tmp_path / "model", body)
    told = notes(read(folder))["no-entry-point"]
    assert "the function 'call' is shown. The others are 'encode', 'encode#2'; --entry" in told
    for entry, expected in (("call", "MatMul"), ("encode", "Relu"), ("encode#2", "Tanh")):
        found = read(folder, entry)
        assert found.nodes[-1].type == expected
        assert found.metadata["entry_point"] == entry
    with pytest.raises(ReadError, match=r"no entry point 'x'.*It has 'call', 'encode'"):
        read(folder, "x")


def test_an_entry_point_is_shown_if_it_is_asked_for(tmp_path: Path) -> None:
    other = signature({"x": "serving_x:0"}, {"codes": "go:0"})
    signatures = {"serving_default": SERVING, "embed": other}
    first = meta_graph(model_graph(), signatures, objects=OBJECTS)
    more = meta_graph(two_methods(), {"fit": SERVING}, tags=["train", "gpu"])
    folder = write_saved_model(tmp_path / "model", first, more)
    assert output_names(read(folder)) == ["y"]
    assert output_names(read(folder, "embed")) == ["codes"]
    assert output_names(read_file(folder / "saved_model.pb", "embed")) == ["codes"]
    # What is in another graph alone, and another graph by its tags.
    for entry in ("fit", "train, gpu"):
        assert "shown is the one for 'train, gpu'" in notes(read(folder, entry))["more-graphs"]
    assert read(folder, "call").nodes[-1].type == "MatMul"
    with pytest.raises(ReadError, match="'model' has no entry point 'x'"):
        read(folder, "x")


def test_values_of_several_tensors_have_a_name_for_each(tmp_path: Path) -> None:
    body = graph(
        placeholder("in/values", None),
        placeholder("in/indices", None, 2),
        node("y", "Relu", "in/values", T=F),
    )
    sparse = data(4, data(1, "in/values") + data(2, "in/indices"))
    ragged = data(5, data(2, data(1, "y:0")) + data(2, data(1, "in/indices:0")))
    entry = mapping(1, {"x": sparse}) + mapping(2, {"out": ragged})
    found = write(tmp_path, meta_graph(body, {"serving_default": entry}))
    assert [each.id for each in found.nodes] == ["x%2Fvalues", "x%2Findices", "Relu"]
    assert output_names(found) == ["out/0", "out/1"]
    assert [scope.id for scope in found.scopes] == ["/"]


def test_a_graph_alone_has_no_entry_point(tmp_path: Path) -> None:
    (tmp_path / "net.pb").write_bytes(model_graph())
    with pytest.raises(ReadError, match="is no SavedModel, so it has no entry point 'x'"):
        read_file(tmp_path / "net.pb", "x")


def test_the_numbers_of_weights_are_found_for_what_was_asked_for(tmp_path: Path) -> None:
    body = meta_graph(two_methods(), {"serve": SERVING}, objects=TWO_METHODS)
    folder = write_saved_model(tmp_path / "model", body)
    entry = number(1, FLOAT) + data(2, shape([4, 2])) + number(5, 32)
    write_index(folder, {"": number(1, 1), "layer/kernel/.ATTRIBUTES/VARIABLE_VALUE": entry})
    values = folder / "variables" / "variables.data-00000-of-00001"
    values.write_bytes(struct.pack("<8f", *range(8)))
    (weight,) = read(folder, "call").weights
    parts = weight_parts(folder, weight.id, 1 << 20, "call")
    assert [number for part in parts for number in part.flat] == list(range(8))


def test_variables_without_a_function_are_shown(tmp_path: Path) -> None:
    variables = saved_object(variable=saved_variable("dense/kernel", 4, 2))
    objects = b"".join(data(1, each) for each in (saved_object(("w", 1), user=b""), variables))
    found = write(tmp_path, meta_graph(graph(node("NoOp", "NoOp")), {}, objects=objects))
    assert [(each.name, each.shape) for each in found.weights] == [("kernel", (4, 2))]
    assert "no data flow to show" in notes(found)["weights-only"]


def variable_list(*names: str) -> bytes:
    """The collection of trainable variables of TensorFlow 1."""
    return mapping(
        4, {"trainable_variables": data(2, b"".join(data(1, data(1, each)) for each in names))}
    )


def test_a_list_of_trainable_variables_counts(tmp_path: Path) -> None:
    body = meta_graph(training_graph(), {"serve": signature({"x": "x:0"}, {"y": "y:0"})})
    found = write(tmp_path, body + variable_list("w:0"))
    trainable = {each.name: each.trainable for each in found.weights}
    assert trainable == {"w": True, "b": False}


def training_graph() -> bytes:
    slots = ("w/Adam", "w/Adam_1", "beta1_power")
    return graph(
        placeholder("x", None, 4),
        *(variable(name, 4) for name in ("w", "b", *slots)),
        read_variable("r", "w"),
        read_variable("r2", "b"),
        node("h", "Mul", "x", "r", T=F),
        node("y", "AddV2", "h", "r2", T=F),
        node("step", "ResourceApplyAdam", "w", *slots, T=F),
    )


def test_what_only_the_optimizer_keeps_is_no_weight(tmp_path: Path) -> None:
    (tmp_path / "train.pb").write_bytes(training_graph())
    found = read_file(tmp_path / "train.pb")
    assert [each.name for each in found.weights] == ["w", "b"]


def test_other_entry_points_and_graphs_are_told(tmp_path: Path) -> None:
    signatures = {"train": SERVING, "serving_default": SERVING}
    found = write(
        tmp_path,
        meta_graph(model_graph(), {}, tags=["train"]),
        meta_graph(model_graph(), signatures, tags=["serve", "gpu"]),
    )
    assert "shown is the one for 'serve, gpu'" in notes(found)["more-graphs"]
    assert "shown is 'serving_default'" in notes(found)["more-entry-points"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"<html></html>", "it looks like an HTML page"),
        (number(1, 1), "holds no graph"),
        (saved_model(data(1, b"")), "holds no graph"),
        (saved_model(meta_graph(graph(), {})), "nothing to show"),
    ],
)
def test_what_is_no_saved_model_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes(content)
    with pytest.raises(ReadError, match=message) as error:
        read(folder)
    assert len(str(error.value)) < 500


def test_a_folder_without_a_saved_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"no saved_model\.pb in"):
        read(tmp_path)


def test_every_cut_ends_in_a_graph_or_an_error_of_ours(tmp_path: Path) -> None:
    whole = saved_model(meta_graph(model_graph(), {"serving_default": SERVING}, objects=OBJECTS))
    path = tmp_path / "saved_model.pb"
    for length in range(1, len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ReadError):
            read(tmp_path)


# Stored weights ----------------------------------------------------------------------------


def entry(*sizes: int, dtype: int = FLOAT) -> bytes:
    return number(1, dtype) + data(2, shape(sizes)) + number(4, 16) + number(5, 32)


def test_an_index_tells_shapes_and_places() -> None:
    found = read_index(
        memoryview(make_index({"": b"", "a/b": entry(4, 2), "a/c": entry()}))
    ).tensors
    assert {key: tensor.shape for key, tensor in found.items()} == {"a/b": (4, 2), "a/c": ()}
    assert (found["a/b"].offset, found["a/b"].size) == (16, 32)


def test_every_cut_of_an_index_is_told() -> None:
    whole = make_index({"": b"", "a/b": entry(4, 2), "a/c": entry()})
    for length in range(len(whole)):
        with pytest.raises(MalformedError):
            read_index(memoryview(whole[:length]))


def test_an_index_that_names_a_block_again_and_again_is_refused() -> None:
    handle = varint(0) + varint(8)
    rows = b"".join(varint(0) + varint(1) + varint(len(handle)) + b"k" + handle for _ in range(2))
    restarts = struct.pack("<II", 0, 1)
    block, index = restarts, rows + restarts
    footer = varint(0) + varint(0) + varint(len(block) + 5) + varint(len(index))
    footer = footer.ljust(40, b"\x00") + struct.pack("<Q", 0xDB4775248B80FB57)
    whole = block + b"\x00crc." + index + b"\x00crc." + footer
    with pytest.raises(MalformedError, match="not in order"):
        read_index(memoryview(whole))


@pytest.mark.parametrize("member", ["saved_model.pb", "variables/variables.index"])
def test_a_member_that_is_a_link_out_of_the_folder_is_not_followed(
    tmp_path: Path, member: str
) -> None:
    folder = write_saved_model(
        tmp_path / "model", meta_graph(model_graph(), {"s": SERVING}, objects=OBJECTS)
    )
    write_index(folder, ADAM)
    outside = tmp_path / "elsewhere"
    (folder / member).rename(outside)
    (folder / member).symlink_to(outside)
    try:
        told = " ".join(notes(read(folder)).values())
    except ReadError as error:
        told = str(error)
    assert "a link that leads out of the folder" in told


def stored(tmp_path: Path, entries: dict[str, bytes] | None) -> dict[str, str]:
    folder = write_saved_model(
        tmp_path / "model", meta_graph(model_graph(), {"s": SERVING}, objects=OBJECTS)
    )
    if entries is not None:
        write_index(folder, entries)
    return notes(read(folder))


ADAM = {"optimizer/m/.ATTRIBUTES/VARIABLE_VALUE": entry(4, 2)}


def test_weights_that_fit_need_no_word(tmp_path: Path) -> None:
    found = stored(tmp_path, {"layer/kernel/.ATTRIBUTES/VARIABLE_VALUE": entry(4, 2)} | ADAM)
    assert "weights" not in " ".join(found)


def test_weights_that_are_missing_are_told(tmp_path: Path) -> None:
    assert "'dense/kernel'" in stored(tmp_path, ADAM)["weights-missing"]


def test_weights_of_another_shape_are_told(tmp_path: Path) -> None:
    found = stored(tmp_path, {"layer/kernel/.ATTRIBUTES/VARIABLE_VALUE": entry(2, 4)} | ADAM)
    assert "'dense/kernel'" in found["weights-mismatch"]


def test_a_folder_without_weights_is_told(tmp_path: Path) -> None:
    assert "the weights are not there" in stored(tmp_path, None)["weights-missing"]
