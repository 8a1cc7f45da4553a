"""Files of library models opened as a user opens them, in their child process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import pytest

from graphscope.analysis.number_summary import NumberSummary
from graphscope.graph import Graph
from graphscope.graph.code import METADATA_KEY
from graphscope.session.open import OpenOptions, read_file
from graphscope.session.reading.weights import StoredWeights
from graphscope.session.rebuilding.merge import PLACES, weight_places
from graphscope.session.targets import FileTarget
from graphscope.tracers import record_creation
from graphscope.tracers.tensorflow import trace
from tests.tracing.rebuilding.locked import digest
from tests.tracing.rebuilding.models import bert, rewrite, save


def read(path: Path, **options: Any) -> Graph:
    return read_file(FileTarget(path), OpenOptions(**options))


def note(graph: Graph) -> tuple[str, str]:
    first = graph.notes[0]
    return first.code, first.message


def test_all_178_layers_of_bert_base(tmp_path: Path) -> None:
    with record_creation():
        model = bert(12)
    path = save(model, tmp_path / "bert.keras")
    found = read(path)
    assert len(found.layers) == 1 + 178
    assert digest(found) == digest(trace(model))
    code, message = note(found)
    assert code == "rebuilt"
    assert "on tensorflow; all 199 weights of the file have the shapes" in message
    assert len(found.metadata[PLACES]) == 199
    assert found.metadata["producer"] == f"keras {keras.__version__}"
    assert found.metadata["date_saved"]


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_on_the_backend_that_is_asked_for(tmp_path: Path, backend: str) -> None:
    path = save(bert(), tmp_path / "bert.keras")
    found = read(path, backend=backend, ops=False)
    assert found.metadata["backend"] == backend
    assert note(found)[0] == "rebuilt"
    assert any(scope.type == "MultiHeadAttention" for scope in found.scopes) or any(
        node.type == "MultiHeadAttention" for node in found.nodes
    )


def test_as_it_is_read_where_that_is_asked_for(tmp_path: Path) -> None:
    found = read(save(bert(), tmp_path / "bert.keras"), rebuild=False)
    assert found.edges == ()
    assert "rebuilt" not in {each.code for each in found.notes}


def test_a_task_without_the_tokenizer_in_front_of_it(tmp_path: Path) -> None:
    import keras_hub

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"]
    preprocessor = keras_hub.models.BertTextClassifierPreprocessor(
        keras_hub.models.BertTokenizer(vocabulary=words), sequence_length=8
    )
    task = keras_hub.models.BertTextClassifier(
        bert(), num_classes=3, preprocessor=preprocessor, name="judge"
    )
    found = read(save(task, tmp_path / "task.keras"))
    assert note(found)[0] == "rebuilt"
    assert sum(weight.size for weight in found.weights) == task.count_params()
    assert any(weight.id.startswith("weight:judge/logits/") for weight in found.weights)
    assert not any("Tokenizer" in layer.class_name for layer in found.layers)


def test_a_functional_model_that_holds_a_layer_of_the_library(tmp_path: Path) -> None:
    import keras_hub

    x = keras.Input((8, 16))
    encoder = keras_hub.layers.TransformerEncoder(intermediate_dim=32, num_heads=2)
    model = keras.Model(x, keras.layers.Dense(2)(encoder(x)))
    found = read(save(model, tmp_path / "net.keras"))
    assert note(found)[0] == "rebuilt"
    assert digest(found) == digest(trace(model))


def test_one_weight_of_another_size_is_told(tmp_path: Path) -> None:
    path = save(bert(), tmp_path / "bert.keras")
    rewrite(path, lambda config: config["config"].update(max_sequence_length=99))
    code, message = note(read(path))
    assert code == "rebuilt"
    assert "16×16 in the file and 99×16 rebuilt" in message


def test_weights_of_another_model(tmp_path: Path) -> None:
    path = save(bert(), tmp_path / "bert.keras")
    rewrite(path, lambda config: config["config"].update(hidden_dim=32))
    found = read(path)
    code, message = note(found)
    assert code == "not-rebuilt"
    assert "weights of another model" in message
    assert found.edges == ()
    assert sum(weight.size for weight in found.weights) == bert().count_params()


def test_settings_that_the_library_refuses(tmp_path: Path) -> None:
    path = save(bert(), tmp_path / "bert.keras")
    rewrite(path, lambda config: config["config"].update(num_heads="two"))
    found = read(path)
    code, message = note(found)
    assert code == "not-rebuilt"
    assert "BertBackbone was not rebuilt with keras_hub" in message
    assert len(message) < 600
    assert found.layers


# HDF5 files -------------------------------------------------------------------------------


def task() -> Any:
    import keras_hub

    return keras_hub.models.BertTextClassifier(bert(), num_classes=3, name="judge")


def around_a_layer() -> Any:
    import keras_hub

    x = keras.Input((8, 16))
    encoder = keras_hub.layers.TransformerEncoder(intermediate_dim=32, num_heads=2)
    inner = keras.Sequential([keras.layers.Dense(16), keras.layers.Dense(4)])
    return keras.Model(x, inner(keras.ops.relu(encoder(x))))


@pytest.mark.parametrize("make", [bert, task])
def test_a_model_of_the_library_in_an_hdf5_file(make: Callable[[], Any], tmp_path: Path) -> None:
    with record_creation():
        model = make()
    _check_hdf5_file(model, save(model, tmp_path / "net.h5"))


def test_a_functional_model_with_a_layer_of_the_library_in_an_hdf5_file(tmp_path: Path) -> None:
    model = around_a_layer()
    _check_hdf5_file(model, save(model, tmp_path / "net.h5"))


def _check_hdf5_file(model: Any, path: Path) -> None:
    found = read(path)
    assert digest(found) == digest(trace(model))
    code, message = note(found)
    assert code == "rebuilt"
    assert f"all {len(model.weights)} weights of the file" in message
    assert METADATA_KEY not in found.metadata, "the class was made"
    summaries = StoredWeights(path, "h5").summarise(list(weight_places(found).values()))
    for weight, summary in zip(weight_places(found), summaries, strict=True):
        assert isinstance(summary, NumberSummary), (weight, summary)


def test_the_numbers_of_an_hdf5_file_go_to_their_weights(tmp_path: Path) -> None:
    model = bert(2)
    for number, variable in enumerate(model.weights):
        variable.assign(keras.ops.full_like(variable, number))
    path = save(model, tmp_path / "net.h5")
    places = weight_places(read(path))
    wanted = [places[f"weight:{model.name}/{variable.path}"] for variable in model.weights]
    summaries = StoredWeights(path, "h5").summarise(wanted)
    assert [getattr(each, "low", each) for each in summaries] == list(range(len(wanted)))


def test_a_users_class_in_an_hdf5_file_stays_as_it_is_read(tmp_path: Path) -> None:
    @keras.saving.register_keras_serializable("mine")
    class TransformerEncoder(keras.layers.Layer):  # called as one of the library is
        def call(self, x: Any) -> Any:
            return x

    x = keras.Input((8,))
    model = keras.Model(x, keras.layers.Dense(2)(TransformerEncoder()(x)))
    found = read(save(model, tmp_path / "net.h5"))
    assert not {"rebuilt", "not-rebuilt"} & {each.code for each in found.notes}
    assert "backend" not in found.metadata


def test_weights_of_another_model_in_an_hdf5_file(tmp_path: Path) -> None:
    path = save(bert(2), tmp_path / "net.h5")
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        config["config"]["num_layers"] = 1
        file.attrs["model_config"] = json.dumps(config)
    code, message = note(read(path))
    assert code == "not-rebuilt"
    assert "weights of another model" in message
