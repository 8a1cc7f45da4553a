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
