"""Saves small models in all formats: `python -m tests.hostile.collection.saving FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers


def make_models() -> dict[str, keras.Model]:
    """Return small models of many kinds, by name."""
    image, a, b = keras.Input((8, 8, 3)), keras.Input((4,)), keras.Input((4,))
    words, number = keras.Input((6, 8)), keras.Input((4,))
    named = keras.Input((4,), name="\u8f93\u5165")
    normal = layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same")(image))
    added = layers.Add()([normal, layers.Conv2D(4, 1)(image)])
    shared = layers.Dense(4)
    attention = words + layers.MultiHeadAttention(2, 4)(words, words)
    ops = keras.ops.sin(number) * 2.0 + keras.ops.sum(number, -1, keepdims=True)
    ideographs = layers.Dense(2, name="\u5bc6\u96c6\u5c42")(named)
    return {
        "sequential": _sequential(keras.Input((4,)), layers.Dense(3), layers.Dense(2)),
        "residual": keras.Model(image, layers.Dense(2)(layers.GlobalAveragePooling2D()(added))),
        "shared": keras.Model([a, b], [layers.Add()([shared(a), shared(b)]), layers.Dense(1)(a)]),
        "nested": _sequential(keras.Input((4,)), _sequential(keras.Input((4,)), layers.Dense(2))),
        "recurrent": _sequential(keras.Input((None, 8)), layers.Bidirectional(layers.LSTM(4))),
        "attention": keras.Model(words, layers.LayerNormalization()(attention)),
        "operations": keras.Model(number, ops),
        "ideographs": keras.Model(named, ideographs, name="\u6a21\u578b"),
        "embedding": _sequential(keras.Input((5,), dtype="int32"), layers.Embedding(10, 4)),
        "normal": _sequential(keras.Input((4,)), layers.Normalization(mean=0.0, variance=1.0)),
        "timed": _sequential(
            keras.Input((3, 8, 8, 1)), layers.TimeDistributed(layers.DepthwiseConv2D(3))
        ),
    }


def _sequential(*parts: object) -> keras.Model:
    return keras.Sequential(list(parts))


def save_all(folder: Path) -> None:
    """Save every model, and some in further formats."""
    import tensorflow as tf

    models = make_models()
    models["sequential"].compile("adam", "mse")
    models["sequential"].fit(np.zeros((8, 4)), np.zeros((8, 2)), verbose=0)
    for name, model in models.items():
        model.save(folder / f"{name}.keras")
    for name in ("sequential", "residual", "shared", "recurrent"):
        models[name].save(folder / f"{name}.h5")
    for name in ("residual", "attention"):
        (folder / f"{name}.json").write_text(models[name].to_json())
        models[name].export(str(folder / f"{name}_exported"), verbose=False)
    models["residual"].save_weights(folder / "residual.weights.h5")
    quantized = make_models()["sequential"]
    quantized.quantize("int8")
    quantized.save(folder / "int8.keras")
    writer = tf.summary.create_file_writer(str(folder / "events"))
    with writer.as_default():
        for step in range(20):
            tf.summary.scalar("loss", 1.0 / (step + 1), step=step)
    writer.close()


if __name__ == "__main__":
    save_all(Path(sys.argv[1]))
