"""Peak memory of live models: optimizers, layers against operations, TensorFlow's allocator."""

from __future__ import annotations

from typing import Any

import keras
import pytest
from keras import layers

from graphscope.analysis.memory import count_slots, estimate_memory, prepare_memory
from graphscope.session.open import trace_model
from graphscope.session.training import describe_optimizer
from graphscope.tracers.tensorflow import trace
from tests.support.allocated import compare_with_allocator
from tests.tracing.zoo import ZOO

OPTIMIZERS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True}),
    ("Adam", {"use_ema": True, "ema_momentum": 0.9}),
    ("AdamW", {}),
    ("Adamax", {}),
    ("Nadam", {}),
    ("Adagrad", {}),
    ("Adadelta", {}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.9, "centered": True}),
    ("Lion", {}),
    ("Lamb", {}),
    ("Ftrl", {}),
]


@pytest.mark.parametrize(("name", "settings"), OPTIMIZERS)
def test_slots_are_those_that_keras_builds(name: str, settings: dict[str, Any]) -> None:
    model = keras.Sequential([layers.Input((40,)), layers.Dense(50)])
    model.compile(getattr(keras.optimizers, name)(**settings), "mse")
    model.optimizer.build(model.trainable_variables)
    built = describe_optimizer(model)
    assert built is not None
    assert count_slots(name, model.optimizer.get_config()) == built["slots"]


def test_a_traced_model_names_its_optimizer() -> None:
    model = keras.Sequential([layers.Input((4,)), layers.Dense(5)])
    assert "optimizer" not in trace_model(model).metadata
    model.compile(keras.optimizers.SGD(momentum=0.9), "mse")
    found = prepare_memory(trace_model(model)).optimizer
    assert (found.name, found.slots, found.is_assumed) == ("SGD", 1, False)


@pytest.mark.parametrize("name", ["digits", "nested_models", "bert_like", "gpt_like", "resnet50"])
def test_layers_alone_need_as_much_as_their_operations(name: str) -> None:
    model, inputs = ZOO[name]()
    ops, no_ops = (trace(model, inputs, ops=ops) for ops in (True, False))
    for training in (False, True):
        exact = estimate_memory(ops, 16, training=training).peak
        assert estimate_memory(no_ops, 16, training=training).peak == pytest.approx(exact, rel=0.08)


def test_training_of_a_perceptron_agrees_with_the_allocator() -> None:
    estimate, measured = compare_with_allocator()
    assert estimate == pytest.approx(measured, rel=0.25)
