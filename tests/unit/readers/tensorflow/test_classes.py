"""Recognising the class of a layer."""

from __future__ import annotations

import pytest

from graphscope.readers.tensorflow.scoping.classes import Traits, recognise_class
from graphscope.readers.tensorflow.unfolding.program import Variable


@pytest.mark.parametrize(
    ("weights", "types", "expected"),
    [
        (["embeddings"], {"GatherV2"}, "Embedding"),
        (["embeddings"], {"GatherV2", "MatMul"}, "ReversibleEmbedding"),
        (["embeddings"], {"Slice"}, ""),
        (["embeddings"], set(), "Embedding"),
        (["scale"], {"Rsqrt", "Mul"}, "RMSNormalization"),
        (["scale"], {"Mul"}, ""),
        (["embeddings", "reverse_embeddings"], {"GatherV2"}, "ReversibleEmbedding"),
        # What quantizing and adapting a layer adds says nothing of its class.
        (["kernel", "kernel_scale", "bias"], {"MatMul"}, "Dense"),
        (["kernel", "lora_kernel_a", "lora_kernel_b"], {"MatMul"}, "Dense"),
        (["embeddings", "embeddings_scale"], {"GatherV2"}, "Embedding"),
        (["moving_mean", "moving_variance"], {"Mul"}, "BatchNormalization"),
        (["gamma"], {"Rsqrt"}, "LayerNormalization"),
        ([], {"MaxPool", "Const"}, "MaxPooling2D"),
        ([], {"AvgPool3D"}, "AveragePooling3D"),
        ([], {"MaxPool", "Mul"}, ""),
        ([], {"Const"}, ""),
    ],
)
def test_what_a_layer_owns_and_computes_tells_its_class(
    weights: list[str], types: set[str], expected: str
) -> None:
    owned = {name: Variable(f"odd/{name}", (4, 4), "float32") for name in weights}
    assert recognise_class(Traits("odd", owned, frozenset(types), {})) == expected


@pytest.mark.parametrize(
    ("name", "weights", "layers", "expected"),
    [
        ("group_normalization_3", ["gamma", "beta"], (), "GroupNormalization"),
        ("layer_normalization", ["gamma", "beta"], (), "LayerNormalization"),
        ("einsum_dense", ["kernel", "bias"], (), "EinsumDense"),
        ("grouped_query_attention_1", [], ("query", "key", "value"), "GroupedQueryAttention"),
        ("self_attention", [], ("query", "key", "value"), "MultiHeadAttention"),
        # A name does not make one class another that owns something else.
        ("group_normalization", ["kernel", "bias"], (), "Dense"),
    ],
)
def test_of_classes_that_own_the_same_the_name_tells(
    name: str, weights: list[str], layers: tuple[str, ...], expected: str
) -> None:
    owned = {each: Variable(f"{name}/{each}", (4, 4), "float32") for each in weights}
    inside = dict.fromkeys(layers, "EinsumDense")
    assert recognise_class(Traits(name, owned, frozenset({"MatMul"}), inside)) == expected
