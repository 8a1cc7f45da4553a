"""Graphs and SavedModels that are written as text read as those that are written as bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.errors import ReadError
from graphscope.graph import Graph
from graphscope.readers.tensorflow import graph_file, saved_model
from tests.support.tensorflow_files import (
    FLOAT,
    Type,
    graph,
    meta_graph,
    node,
    placeholder,
    read,
    signature,
    variable,
    write_saved_model,
)
from tests.support.tensorflow_files import saved_model as saved_model_bytes

TEXT = """
# A graph.
node {
  name: "x"
  op: "Placeholder"
  attr { key: "dtype" value { type: DT_FLOAT } }
  attr { key: "shape" value { shape { dim { size: -1 } dim { size: 3 } } } }
}
node { name: "w" op: "Const"
  attr { key: "dtype" value { type: DT_FLOAT } }
  attr { key: "value" value { tensor {
    dtype: DT_FLOAT
    tensor_shape { dim { size: 3 } dim { size: 2 } }
    tensor_content: "\\000\\000\\200?\\000\\000\\000@\\000\\000@@"
                    "\\000\\000\\200@\\000\\000\\240@\\000\\000\\300@"
  } } }
}
node { name: "y" op: "MatMul" input: "x" input: "w" attr { key: "T" value { type: DT_FLOAT } } }
versions { producer: 27 }
"""


def write(tmp_path: Path, name: str, text: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def types(found: Graph) -> list[str]:
    return [each.type for each in found.nodes]


@pytest.mark.parametrize("name", ["graph.pbtxt", "frozen.pb"])
def test_a_graph_as_text_is_read(tmp_path: Path, name: str) -> None:
    found = graph_file.read(write(tmp_path, name, TEXT))
    assert types(found) == ["Input", "Const", "MatMul"]
    assert str(found.spec(found.outputs[0])) == "B×2 float32"


def test_large_constants_of_a_text_have_numbers(tmp_path: Path) -> None:
    text = TEXT.replace("dim { size: 3 } dim { size: 2 }", "dim { size: 3 } dim { size: 6 }")
    content = "".join("\\000\\000\\200?" for _ in range(18))
    start = text.index("tensor_content")
    text = text[:start] + f'tensor_content: "{content}"' + text[text.index("\n  } } }", start) :]
    path = write(tmp_path, "graph.pbtxt", text)
    (weight,) = graph_file.read(path).weights
    parts = graph_file.weight_parts(path, weight.id, 1 << 20)
    assert [number for part in parts for number in part.flat] == [1.0] * 18


def test_a_saved_model_as_text_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    text = f"""
    saved_model_schema_version: 1
    meta_graphs {{
      meta_info_def {{ tags: "serve" tensorflow_version: "2.9.0" }}
      graph_def {{ {TEXT} }}
      signature_def {{ key: "serving_default" value {{
        inputs {{ key: "features" value {{ name: "x:0" dtype: DT_FLOAT }} }}
        outputs {{ key: "scores" value {{ name: "y:0" }} }}
      }} }}
    }}
    """
    (folder / "saved_model.pbtxt").write_text(text)
    found = saved_model.read(folder)
    assert [found.nodes[0].name, *types(found)] == ["features", "Input", "Const", "MatMul"]
    assert found.metadata["producer"] == "tensorflow 2.9.0"
    assert types(graph_file.read(folder / "saved_model.pbtxt")) == types(found)


def test_of_a_folder_that_has_both_the_bytes_count(tmp_path: Path) -> None:
    entry = {"serve": signature({"x": "x:0"}, {"y": "y:0"})}
    body = graph(placeholder("x", 4), node("y", "Relu", "x", T=Type(FLOAT)))
    folder = write_saved_model(tmp_path / "model", meta_graph(body, entry))
    (folder / "saved_model.pbtxt").write_text("damaged {")
    assert types(saved_model.read(folder)) == ["Input", "Relu"]


def test_the_meta_graph_of_a_checkpoint_is_read(tmp_path: Path) -> None:
    body = graph(
        placeholder("x", None, 4),
        variable("dense/kernel", 4, 2),
        read("dense/read", "dense/kernel"),
        node("dense/MatMul", "MatMul", "x", "dense/read", T=Type(FLOAT)),
    )
    path = write(tmp_path, "model.ckpt-10.meta", meta_graph(body, {}, tags=()))
    found = graph_file.read(path)
    assert found.metadata["format"] == "tensorflow meta graph"
    assert [(each.name, each.shape) for each in found.weights] == [("kernel", (4, 2))]


@pytest.mark.parametrize("name", ["fingerprint.pb", "keras_metadata.pb"])
def test_what_lies_beside_a_saved_model_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadError, match="lies beside a SavedModel and holds no graph"):
        graph_file.read(write(tmp_path, name, b"\x08\x01\x10\x02"))


def test_a_saved_model_under_another_name_is_called_by_it(tmp_path: Path) -> None:
    entry = {"serve": signature({"x": "x:0"}, {"y": "y:0"})}
    body = graph(placeholder("x", 4), node("y", "Relu", "x", T=Type(FLOAT)))
    whole = saved_model_bytes(meta_graph(body, entry))
    assert graph_file.read(write(tmp_path, "net.pb", whole)).name == "net"
    with pytest.raises(ReadError, match="'net' is damaged"):
        graph_file.read(write(tmp_path, "net.pb", whole[:-20]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('item { id: 1 name: "cat" }', "is no graph of TensorFlow"),
        ("not a graph", "is no graph of TensorFlow"),
        ("node { name: 'x'\n", "is damaged: in line 2, the text is cut off"),
        ("node { name: 5 }", "is damaged: in line 1, a value is of the wrong kind"),
        ("versions { producer: 27 }", "holds no operations"),
    ],
)
def test_what_is_no_such_text_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message) as error:
        graph_file.read(write(tmp_path, "graph.pbtxt", text))
    assert len(str(error.value)) < 500
