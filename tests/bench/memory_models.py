"""The models whose memory is measured, small enough for a laptop; a loss for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SEQUENCE = 128


def cnn() -> Any:
    """Convolutions, batch normalization, pooling and dropout on images of 64 by 64."""
    import keras
    from keras import layers

    x = inputs = keras.Input((64, 64, 3))
    for filters in (32, 64, 128):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.MaxPooling2D()(layers.Conv2D(filters, 3, padding="same", activation="relu")(x))
    x = layers.Dropout(0.3)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, layers.Dense(10)(x), name="cnn")


def lstm() -> Any:
    """Two LSTM layers over 64 steps."""
    import keras
    from keras import layers

    tokens = keras.Input((64,), dtype="int32")
    x = layers.Embedding(5000, 128)(tokens)
    x = layers.LSTM(256)(layers.LSTM(256, return_sequences=True)(x))
    return keras.Model(tokens, layers.Dense(10)(x), name="lstm")


def resnet50() -> Any:
    """The model of keras.applications, on images of 224 by 224, with logits."""
    import keras

    return keras.applications.ResNet50(weights=None, classifier_activation=None)


def _hub(name: str, size: int, **config: Any) -> tuple[Any, dict[str, Any]]:
    import keras
    import keras_hub

    backbone = getattr(keras_hub.models, name)(
        vocabulary_size=8000,
        num_layers=4,
        num_heads=4,
        hidden_dim=size,
        intermediate_dim=4 * size,
        max_sequence_length=SEQUENCE,
        **config,
    )
    inputs = {key: keras.Input((SEQUENCE,), dtype="int32", name=key) for key in backbone.input}
    return backbone, inputs


def bert() -> Any:
    """A keras_hub BERT of 4 layers, 128 tokens, with a head of 10 classes."""
    import keras

    backbone, inputs = _hub("BertBackbone", 256)
    pooled = backbone(inputs)["pooled_output"]
    return keras.Model(inputs, keras.layers.Dense(10)(pooled), name="bert")


def gpt2() -> Any:
    """A keras_hub GPT-2 of 4 layers, 128 tokens, with logits over 8,000 words."""
    import keras

    backbone, inputs = _hub("GPT2Backbone", 256)
    hidden = backbone(inputs)
    return keras.Model(inputs, backbone.token_embedding(hidden, reverse=True), name="gpt2")


MODELS: dict[str, tuple[Callable[[], Any], tuple[int, int]]] = {
    "cnn": (cnn, (8, 32)),
    "lstm": (lstm, (8, 32)),
    "bert": (bert, (4, 16)),
    "gpt2": (gpt2, (4, 16)),
    "resnet50": (resnet50, (2, 8)),
}
"""Models and the two batch sizes they are measured at."""


def example(model: Any, batch: int) -> tuple[Any, Any]:
    """Return inputs and labels of ones, of the shapes that a model takes and gives."""
    import keras
    import numpy as np

    def ones(tensor: Any) -> Any:
        return np.ones((batch, *tensor.shape[1:]), tensor.dtype)

    labels = np.ones((batch, *model.outputs[0].shape[1:-1]), "int32")
    return keras.tree.map_structure(ones, model.input), labels
