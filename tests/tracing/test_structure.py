"""Structure of real models: published receptive fields, gradients as a witness, flat repeats."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import graphscope
from graphscope.analysis.outline import find_repeats
from graphscope.analysis.structure import find_dominators, find_receptive_fields
from tests.tracing.diff.models import residual, transformer

# Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks", Distill
# 2019, appendix: the last layer before pooling.
PUBLISHED = {"VGG16": 212, "ResNet50": 483, "InceptionV3": 1311, "MobileNet": 315}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_figures(name: str) -> None:
    graph = graphscope.trace(getattr(keras.applications, name)(weights=None), ops=False)
    sizes = [field.sizes for field in find_receptive_fields(graph) if field.sizes]
    assert max(sizes) == (PUBLISHED[name], PUBLISHED[name])


def small_network(seed: int) -> keras.Model:
    """Return windows of random sizes in a row, with positive weights: no gradient cancels."""
    choice = np.random.default_rng(seed)
    x = image = keras.Input((96, 96, 1))
    for _ in range(4):
        kernel, stride = int(choice.integers(1, 5)), int(choice.integers(1, 3))
        padding = str(choice.choice(["same", "valid"]))
        match choice.integers(4):
            case 0:
                x = layers.Conv2D(2, kernel, strides=stride, padding=padding, **positive())(x)
            case 1:
                dilation = int(choice.integers(1, 4))
                x = layers.Conv2D(2, kernel, padding=padding, dilation_rate=dilation, **positive())(
                    x
                )
            case 2:
                x = layers.AveragePooling2D(kernel, strides=stride, padding=padding)(x)
            case 3:
                x = layers.ZeroPadding2D(((1, 0), (2, 1)))(x)
    return keras.Model(image, x)


def positive() -> dict[str, Any]:
    return {"kernel_initializer": keras.initializers.RandomUniform(0.5, 1.0)}


@pytest.mark.parametrize("seed", range(12))
def test_gradients_reach_as_far_as_is_told(seed: int) -> None:
    import tensorflow as tf

    model = small_network(seed)
    field = find_receptive_fields(graphscope.trace(model, ops=False))[-1]
    assert field.fields is not None
    image = tf.ones((1, 96, 96, 1))
    with tf.GradientTape() as tape:
        tape.watch(image)
        made = model(image)
        middle = (made.shape[1] // 2, made.shape[2] // 2)
        place = tf.reduce_sum(made[0, middle[0], middle[1]])
    gradient = tape.gradient(place, image).numpy()[0, :, :, 0]
    for axis, known in enumerate(field.fields):
        reached = np.flatnonzero(gradient.any(axis=1 - axis))
        start = known.start + middle[axis] * known.jump
        assert (reached[0], reached[-1]) == (start, start + known.size - 1)


def test_layers_of_a_flat_transformer_are_repeats() -> None:
    graph = graphscope.trace(transformer(depth=12), ops=False)
    assert sum(len(repeat.members) for repeat in find_repeats(graph)) >= 11


def test_blocks_of_a_loop_in_a_functional_model_are_repeats() -> None:
    graph = graphscope.trace(residual(blocks=8), ops=False)
    assert sum(len(repeat.members) for repeat in find_repeats(graph)) >= 7


def test_a_sum_is_dominated_by_where_its_branches_part() -> None:
    graph = graphscope.trace(residual(blocks=2), ops=False)
    sums = [node.id for node in graph.nodes if node.type == "Add"]
    first = next(node.id for node in graph.nodes if node.type == "Conv2D")
    dominators = find_dominators(graph)
    assert [dominators[each] for each in sums] == [first, sums[0]]
