"""Trainings that do what they should, some in ways that look odd."""

from __future__ import annotations

import numpy as np

from tests.doctor.health.run.parts import (
    Maker,
    Work,
    cancer,
    classifier,
    diabetes,
    digits,
    mlp,
    waves,
)


def digits_mlp() -> Work:
    from keras.layers import Dense, Dropout

    x, y = digits()
    model = mlp(Dense(64, activation="relu"), Dropout(0.4), Dense(10, activation="softmax"))
    return Work(classifier(model), x, y, {"epochs": 6, "validation_split": 0.2})


def digits_cnn_with_batch_norm() -> Work:
    import keras
    from keras.layers import BatchNormalization, Conv2D, Dense, GlobalAveragePooling2D, ReLU

    x, y = digits()
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            Conv2D(16, 3, use_bias=False),
            BatchNormalization(),
            ReLU(),
            Conv2D(32, 3),
            ReLU(),
            GlobalAveragePooling2D(),
            Dense(10, activation="softmax"),
        ]
    )
    return Work(classifier(model, keras.optimizers.Adam(0.01)), x.reshape(-1, 8, 8, 1), y,
                {"epochs": 5})  # fmt: skip


def one_short_epoch() -> Work:
    from keras.layers import Dense

    x, y = digits()
    model = mlp(Dense(16, activation="relu"), Dense(10, activation="softmax"))
    return Work(classifier(model, "sgd"), x, y, {"epochs": 1})


def regression_in_its_own_units() -> Work:
    import keras
    from keras.layers import Dense

    x, y = diabetes()
    model = mlp(Dense(32, activation="relu"), Dense(1), inputs=10)
    model.compile(keras.optimizers.Adam(0.03), "mse", metrics=["mae"])
    return Work(model, x, y, {"epochs": 25})


def regression_for_one_epoch() -> Work:
    import keras
    from keras.layers import Dense

    x, y = diabetes()
    model = mlp(Dense(32, activation="relu"), Dense(1), inputs=10)
    model.compile(keras.optimizers.Adam(0.001), "mse", metrics=["mae"])
    return Work(model, x * 30, y * 100, {"epochs": 2})


def recurrent_forecast() -> Work:
    import keras
    from keras.layers import GRU, Dense

    x, y = waves()
    model = keras.Sequential([keras.Input((24, 1)), GRU(24), Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return Work(model, x, y, {"epochs": 6})


def transformer_block() -> Work:
    import keras
    from keras.layers import (
        Add,
        Dense,
        Embedding,
        GlobalAveragePooling1D,
        LayerNormalization,
        MultiHeadAttention,
    )

    random = np.random.default_rng(3)
    x = random.integers(0, 2000, (1200, 12))
    y = (x[:, :4].sum(1) > x[:, 4:8].sum(1)).astype("int32")
    y = np.where(x[:, 0] > 1000, 1, y * 0)
    tokens = keras.Input((12,), dtype="int32")
    hidden = Embedding(2000, 32)(tokens)
    hidden = LayerNormalization()(Add()([hidden, MultiHeadAttention(2, 16)(hidden, hidden)]))
    out = Dense(2, activation="softmax")(GlobalAveragePooling1D()(hidden))
    return Work(classifier(keras.Model(tokens, out), keras.optimizers.Adam(0.005)), x, y,
                {"epochs": 8})  # fmt: skip


def several_labels() -> Work:
    from keras.layers import Dense

    x, y = digits()
    bits = ((y[:, None] >> np.arange(4)) & 1).astype("float32")
    model = mlp(Dense(48, activation="relu"), Dense(4, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["binary_accuracy"])
    return Work(model, x, bits, {"epochs": 10})


def sparse_autoencoder() -> Work:
    import keras
    from keras.layers import Dense

    x, _ = digits()
    model = mlp(
        Dense(128, activation="relu", activity_regularizer=keras.regularizers.L1(1e-4)),
        Dense(64, activation="sigmoid"),
    )
    model.compile("adam", "binary_crossentropy")
    return Work(model, x, x, {"epochs": 8})


def variational_autoencoder() -> Work:
    import keras
    from keras import ops
    from keras.layers import Dense

    class Sampling(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.seed = keras.random.SeedGenerator(1)

        def call(self, given):  # type: ignore[no-untyped-def]
            mean, log_variance = given
            spread = ops.exp(log_variance) - 1 - log_variance + ops.square(mean)
            self.add_loss(0.01 * ops.mean(ops.sum(spread, -1)))
            noise = keras.random.normal(ops.shape(mean), seed=self.seed)
            return mean + ops.exp(0.5 * log_variance) * noise

    x, _ = digits()
    inputs = keras.Input((64,))
    hidden = Dense(32, activation="relu")(inputs)
    code = Sampling()([Dense(4)(hidden), Dense(4)(hidden)])
    model = keras.Model(inputs, Dense(64, activation="sigmoid")(Dense(32, "relu")(code)))
    model.compile(keras.optimizers.Adam(0.005), "mse")
    return Work(model, x, x, {"epochs": 10})


def frozen_part_on_purpose() -> Work:
    from keras.layers import Dense

    x, y = digits()
    base = mlp(Dense(96, activation="relu"))
    base.trainable = False
    model = mlp(base, Dense(10, activation="softmax"))
    return Work(classifier(model, "adam"), x, y, {"epochs": 10})


def goes_on_with_a_good_model() -> Work:
    import keras
    from keras.layers import Dense

    x, y = cancer()
    model = mlp(Dense(16, activation="relu"), Dense(1, activation="sigmoid"), inputs=30)
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    model.fit(x, y, epochs=12, verbose=0)
    model.compile(keras.optimizers.Adam(1e-5), "binary_crossentropy")
    return Work(model, x, y, {"epochs": 6})


def negative_log_likelihood() -> Work:
    import keras
    from keras import ops
    from keras.layers import Dense

    x, y = diabetes()
    y = (y - y.mean()) / y.std() * 0.05

    def loss(true, given):  # type: ignore[no-untyped-def]
        mean, log_scale = given[:, :1], given[:, 1:]
        return ops.mean(log_scale + 0.5 * ops.square((true - mean) * ops.exp(-log_scale)))

    model = mlp(Dense(16, activation="tanh"), Dense(2), inputs=10)
    model.compile(keras.optimizers.Adam(0.005), loss)
    return Work(model, x, y, {"epochs": 15})


def warm_up_schedule() -> Work:
    import keras
    from keras.layers import Dense

    x, y = digits()
    rate = keras.optimizers.schedules.CosineDecay(1e-6, 400, warmup_target=0.01, warmup_steps=100)
    model = mlp(Dense(48, activation="gelu"), Dense(10, activation="softmax"))
    return Work(classifier(model, keras.optimizers.AdamW(rate)), x, y, {"epochs": 8})


def noisy_small_batches() -> Work:
    import keras
    from keras.layers import Dense

    x, y = cancer()
    model = mlp(Dense(8, activation="relu"), Dense(1, activation="sigmoid"), inputs=30)
    model.compile(keras.optimizers.SGD(0.05), "binary_crossentropy")
    return Work(model, x, y, {"epochs": 4, "batch_size": 2})


def some_dead_units() -> Work:
    import keras
    from keras.layers import Dense

    x, y = digits()
    bias = keras.initializers.RandomUniform(-4, 0.5, seed=1)
    model = mlp(
        Dense(128, activation="relu", bias_initializer=bias), Dense(10, activation="softmax")
    )
    return Work(classifier(model), x, y, {"epochs": 8})


def tiny_network_on_noise_floor() -> Work:
    import keras
    from keras.layers import Dense

    random = np.random.default_rng(5)
    x = random.normal(size=(2000, 3)).astype("float32")
    y = (x @ [[0.3], [0.1], [-0.2]] + random.normal(size=(2000, 1))).astype("float32")
    model = mlp(Dense(1), inputs=3)
    model.compile(keras.optimizers.SGD(0.05), "mse")
    return Work(model, x, y, {"epochs": 5})


HEALTHY: dict[str, Maker] = {
    maker.__name__: maker
    for maker in (
        digits_mlp,
        digits_cnn_with_batch_norm,
        one_short_epoch,
        regression_in_its_own_units,
        regression_for_one_epoch,
        recurrent_forecast,
        transformer_block,
        several_labels,
        sparse_autoencoder,
        variational_autoencoder,
        frozen_part_on_purpose,
        goes_on_with_a_good_model,
        negative_log_likelihood,
        warm_up_schedule,
        noisy_small_batches,
        some_dead_units,
        tiny_network_on_noise_floor,
    )
}
