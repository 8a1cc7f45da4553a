"""Checks of graphs, on models that are read from files: no Keras here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphscope.doctor.findings import Severity
from graphscope.doctor.static import CheckedModel, check_model, read_compilation
from graphscope.readers.keras.archive_file import read
from tests.support.archives import (
    call,
    functional,
    input_layer,
    layer,
    operation,
    sequential,
    write_archive,
)

ADAM = {"class_name": "Adam", "config": {}}


@pytest.fixture
def model(tmp_path: Path) -> Any:
    def make(
        document: Any, *, loss: Any = None, compiled: bool = False, **options: Any
    ) -> CheckedModel:
        graph = read(write_archive(tmp_path / "model.keras", document, **options))
        config = {"optimizer": ADAM, "loss": loss} if loss or compiled else None
        return CheckedModel(graph, read_compilation(config))

    return make


def chain(*layers: Any, sizes: tuple[int, ...] = (8,)) -> Any:
    """A functional model whose layers follow one another."""
    documents, before = [input_layer("x", *sizes)], "x"
    for class_name, name, config in layers:
        documents.append(layer(class_name, name, before, **config))
        before = name
    return functional(documents, inputs="x", outputs=before)


def dense(name: str, units: int, activation: str = "linear") -> tuple[str, str, dict[str, Any]]:
    return "Dense", name, {"units": units, "activation": activation}


def rules(checked: CheckedModel) -> list[str]:
    return [each.rule for each in check_model(checked)]


def test_a_healthy_classifier_has_no_findings(model: Any) -> None:
    document = chain(
        dense("hidden", 16, "relu"), ("Dropout", "drop", {"rate": 0.5}), dense("head", 3, "softmax")
    )
    assert rules(model(document, loss="sparse_categorical_crossentropy")) == []


def test_softmax_over_one_unit(model: Any) -> None:
    found = check_model(model(chain(dense("head", 1, "softmax")), loss="binary_crossentropy"))
    assert [each.rule for each in found] == ["softmax-over-one"]
    assert found[0].severity is Severity.ERROR
    assert found[0].layer == "head"
    assert found[0].message.startswith(
        "Dense 'head' applies softmax over axis 1 of (None, 1), which has size 1"
    )


def test_softmax_layer_over_an_axis_of_size_one(model: Any) -> None:
    document = chain(("Softmax", "weights", {"axis": 1}), sizes=(1, 8))
    assert rules(model(document)) == ["softmax-over-one"]


def test_softmax_over_several_steps_is_attention(model: Any) -> None:
    assert rules(model(chain(("Softmax", "weights", {"axis": 1}), sizes=(5, 8)))) == []


def test_softmax_over_the_batch(model: Any) -> None:
    assert rules(model(chain(("Softmax", "s", {"axis": 0})))) == ["softmax-over-batch"]


def test_double_softmax_is_seen_through_dropout(model: Any) -> None:
    document = chain(
        dense("head", 3, "softmax"),
        ("Dropout", "drop", {"rate": 0.1}),
        ("Activation", "again", {"activation": "softmax"}),
    )
    found = check_model(model(document))
    assert [(each.rule, each.layer) for each in found] == [("double-softmax", "again")]


def test_a_dense_with_softmax_after_softmax_computes_anew(model: Any) -> None:
    assert rules(model(chain(dense("a", 3, "softmax"), dense("b", 3, "softmax")))) == []


def test_linear_stack(model: Any) -> None:
    found = check_model(model(chain(dense("first", 16), dense("second", 1))))
    assert [(each.rule, each.layer) for each in found] == [("linear-stack", "first")]
    assert "'first' (16 units) has no activation" in found[0].message


@pytest.mark.parametrize(
    "layers",
    [
        [dense("narrow", 2), dense("wide", 8)],
        [dense("a", 16, "relu"), dense("b", 1)],
        [dense("a", 16), ("Activation", "act", {"activation": "relu"}), dense("b", 1)],
        [dense("a", 16), ("BatchNormalization", "bn", {}), dense("b", 1)],
    ],
)
def test_no_linear_stack(model: Any, layers: Any) -> None:
    assert rules(model(chain(*layers))) == []


def test_a_projection_that_others_use_is_no_linear_stack(model: Any) -> None:
    layers = [
        input_layer("x", 8),
        layer("Dense", "shared", "x", units=8, activation="linear"),
        layer("Dense", "query", "shared", units=8, activation="linear"),
        layer("Add", "sum", ["shared", "query"]),
    ]
    assert rules(model(functional(layers, inputs="x", outputs="sum"))) == []


def test_unused_input(model: Any) -> None:
    layers = [
        input_layer("image", 8),
        input_layer("age", 1),
        layer("Dense", "head", "image", units=1, activation="sigmoid"),
    ]
    found = check_model(model(functional(layers, inputs=["image", "age"], outputs="head")))
    assert [(each.rule, each.layer) for each in found] == [("unused-input", "age")]
    assert "Input 'age' of shape (None, 1) does not reach any output" in found[0].message


@pytest.mark.parametrize(("rate", "expected"), [(0.9, ["high-dropout"]), (0.8, []), (0.5, [])])
def test_high_dropout(model: Any, rate: float, expected: list[str]) -> None:
    assert rules(model(chain(("Dropout", "drop", {"rate": rate})))) == expected


def test_slow_batch_norm_is_only_a_remark(model: Any) -> None:
    found = check_model(model(chain(("BatchNormalization", "bn", {"momentum": 0.999}))))
    assert [(each.rule, each.severity) for each in found] == [("slow-batch-norm", Severity.INFO)]


def conv(data_format: str = "channels_last") -> tuple[str, str, dict[str, Any]]:
    config = {"filters": 4, "kernel_size": [1, 1], "strides": [1, 1], "padding": "same"}
    return (
        "Conv2D",
        "conv",
        config
        | {
            "data_format": data_format,
            "activation": "relu",
            "dilation_rate": [1, 1],
            "groups": 1,
        },
    )


@pytest.mark.parametrize(
    ("sizes", "data_format", "expected"),
    [
        ((3, 32, 32), "channels_last", ["channels-first"]),
        ((1, 28, 28), "channels_last", ["channels-first"]),
        ((3, 32, 32), "channels_first", []),
        ((32, 32, 3), "channels_last", []),
        ((3, 100, 1), "channels_last", []),
    ],
)
def test_channels_first(model: Any, sizes: Any, data_format: str, expected: list[str]) -> None:
    document = chain(
        conv(data_format), ("GlobalAveragePooling2D", "pool", {"data_format": data_format}),
        sizes=sizes,
    )  # fmt: skip
    assert rules(model(document)) == expected


def test_dense_on_an_image_without_flatten(model: Any) -> None:
    document = chain(dense("hidden", 16, "relu"), dense("head", 10, "softmax"), sizes=(28, 28, 1))
    found = check_model(model(document))
    assert [(each.rule, each.layer) for each in found] == [("dense-without-flatten", "head")]
    assert "(None, 28, 28, 10)" in found[0].message


def test_dense_on_every_pixel_of_a_convolved_image_is_segmentation(model: Any) -> None:
    assert rules(model(chain(conv(), dense("head", 10, "softmax"), sizes=(32, 32, 3)))) == []


def test_batch_broadcast(model: Any) -> None:
    layers = [
        layer("InputLayer", "a", batch_shape=[None, 1], dtype="float32"),
        layer("InputLayer", "b", batch_shape=[None], dtype="float32"),
        operation("Subtract", "difference", call("a", "b")),
    ]
    found = check_model(model(functional(layers, inputs=["a", "b"], outputs="difference")))
    assert [each.rule for each in found] == ["batch-broadcast"]
    assert "combines (None, 1) with (None,)" in found[0].message


def test_broadcasting_a_plain_vector_is_meant(model: Any) -> None:
    layers = [
        layer("InputLayer", "a", batch_shape=[None, 4], dtype="float32"),
        layer("InputLayer", "b", batch_shape=[4], dtype="float32"),
        operation("Add", "sum", call("a", "b")),
    ]
    assert rules(model(functional(layers, inputs=["a", "b"], outputs="sum"))) == []


def from_logits(name: str) -> dict[str, Any]:
    return {"module": "keras.losses", "class_name": name, "config": {"from_logits": True}}


@pytest.mark.parametrize(
    ("units", "activation", "loss", "expected"),
    [
        (3, "softmax", from_logits("CategoricalCrossentropy"), ["softmax-from-logits"]),
        (1, "sigmoid", from_logits("BinaryCrossentropy"), ["softmax-from-logits"]),
        (3, "linear", from_logits("SparseCategoricalCrossentropy"), []),
        (3, "linear", "categorical_crossentropy", ["loss-and-head"]),
        (3, "sigmoid", "categorical_crossentropy", ["loss-and-head"]),
        (1, "sigmoid", "sparse_categorical_crossentropy", ["loss-and-head"]),
        (5, "softmax", "binary_crossentropy", ["loss-and-head"]),
        (5, "sigmoid", "binary_crossentropy", []),
        (1, "linear", "mse", []),
        (1, "relu", "bce", ["loss-and-head"]),
        (3, "linear", {"module": None, "class_name": "function", "config": "mine"}, []),
        (3, "linear", {"module": "own", "class_name": "CategoricalCrossentropy", "config": {}}, []),
    ],
)
def test_loss_and_head(
    model: Any, units: int, activation: str, loss: Any, expected: list[str]
) -> None:
    assert rules(model(chain(dense("head", units, activation)), loss=loss)) == expected


def test_losses_go_with_their_outputs(model: Any) -> None:
    layers = [
        input_layer("x", 8),
        layer("Dense", "kind", "x", units=3, activation="softmax"),
        layer("Dense", "size", "x", units=1, activation="linear"),
    ]
    document = functional(layers, inputs="x", outputs=["kind", "size"])
    by_name = {"kind": "categorical_crossentropy", "size": "mse"}
    assert rules(model(document, loss=by_name)) == []
    assert rules(model(document, loss=["categorical_crossentropy", "mse"])) == []
    swapped = ["mse", "categorical_crossentropy"]
    assert rules(model(document, loss=swapped)) == ["loss-and-head"]
    some = check_model(model(document, loss={"kind": "categorical_crossentropy"}))
    assert [(each.rule, each.layer, each.severity) for each in some] == [
        ("output-without-loss", "size", Severity.INFO)
    ]


def test_nothing_trainable(model: Any) -> None:
    frozen = layer("Dense", "dense", units=3, activation="relu", trainable=False)
    document = sequential(input_layer("x", 4), frozen)
    weights = {"layers/dense": [(4, 3), (3,)]}
    assert rules(model(document, weights=weights, loss="mse")) == ["nothing-trainable"]
    assert rules(model(document, weights=weights)) == []


def test_the_worst_comes_first(model: Any) -> None:
    document = chain(
        ("BatchNormalization", "bn", {"momentum": 0.9999}),
        ("Dropout", "drop", {"rate": 0.95}),
        dense("head", 1, "softmax"),
    )
    assert rules(model(document)) == ["softmax-over-one", "high-dropout", "slow-batch-norm"]


def test_weights_that_do_not_fit(model: Any) -> None:
    checked = model(chain(dense("d", 3)), weights={"layers/dense": [(8, 2), (2,)]})
    (found,) = [each for each in check_model(checked) if each.rule == "weights-misfit"]
    assert (found.severity, found.layer) == (Severity.ERROR, "d")
    assert "kernel is 8×2 and would have to be 8×3" in found.message
    fitting = model(chain(dense("d", 3)), weights={"layers/dense": [(8, 3), (3,)]})
    assert "weights-misfit" not in rules(fitting)


def test_shapes_that_do_not_fit(model: Any) -> None:
    flat = chain(("Conv2D", "c", {"filters": 2, "kernel_size": 3}))
    (found,) = [each for each in check_model(model(flat)) if each.rule == "shapes-misfit"]
    assert (found.severity, found.layer) == (Severity.ERROR, "c")
    assert "it takes rank 4 and receives rank 2.\nKeras cannot load this file." in found.message
    edited = chain(dense("a", 3), dense("b", 2))
    for shape, severities in (((None, 4), [Severity.WARNING]), ((None, 3), [])):
        config = {"shape": list(shape), "dtype": "float32", "keras_history": ["a", 0, 0]}
        tensor = {"class_name": "__keras_tensor__", "config": config}
        edited["config"]["layers"][2]["inbound_nodes"] = [{"args": [tensor], "kwargs": {}}]
        told = [each for each in check_model(model(edited)) if each.rule == "shapes-misfit"]
        assert [each.severity for each in told] == severities
        assert all(each.layer == "a" for each in told)


def test_unknown_weights_may_be_trainable(model: Any) -> None:
    frozen = layer("Dense", "dense", units=3, activation="relu", trainable=False)
    document = sequential(input_layer("x", 4), frozen, layer("Mine", "mine", module="my.own"))
    assert "nothing-trainable" not in rules(model(document, weights=None, loss="mse"))
