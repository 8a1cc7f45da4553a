"""Trainings that go wrong, each with the symptoms that would be right to name."""

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


def sgd_far_too_slow() -> Work:
    import keras
    from keras.layers import Dense

    x, y = digits()
    model = mlp(Dense(32, activation="relu"), Dense(10, activation="softmax"))
    return Work(classifier(model, keras.optimizers.SGD(1e-7)), x, y, {"epochs": 4})


def adam_far_too_slow() -> Work:
    import keras
    from keras.layers import LSTM, Dense

    x, y = waves()
    model = keras.Sequential([keras.Input((24, 1)), LSTM(16), Dense(1)])
    model.compile(keras.optimizers.Adam(1e-9), "mse")
    return Work(model, x, y, {"epochs": 6})


def adam_far_too_fast() -> Work:
    import keras
    from keras.layers import Dense

    x, y = digits()
    model = mlp(Dense(64, activation="tanh"), Dense(10, activation="softmax"))
    return Work(classifier(model, keras.optimizers.Adam(3.0)), x, y, {"epochs": 5})


def sgd_diverges() -> Work:
    import keras
    from keras.layers import Dense

    x, y = diabetes()
    model = mlp(Dense(16, activation="relu"), Dense(1), inputs=10)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return Work(model, x, y, {"epochs": 6})


def linear_model_diverges() -> Work:
    import keras
    from keras.layers import Dense

    x, y = cancer()
    model = mlp(Dense(1), inputs=30)
    model.compile(keras.optimizers.SGD(0.15), "mse")
    return Work(model, x, y, {"epochs": 3})


def bias_kills_relu() -> Work:
    import keras
    from keras.layers import Conv2D, Dense, Flatten

    x, y = digits()
    layers = [
        keras.Input((8, 8, 1)),
        Conv2D(8, 3, activation="relu", bias_initializer=keras.initializers.Constant(-9.0)),
        Flatten(),
        Dense(10, activation="softmax"),
    ]
    return Work(classifier(keras.Sequential(layers)), x.reshape(-1, 8, 8, 1), y, {"epochs": 4})


def large_inputs_saturate_tanh() -> Work:
    from keras.layers import Dense

    x, y = digits()
    model = mlp(
        Dense(32, activation="tanh", kernel_initializer="he_normal"),
        Dense(32, activation="tanh", kernel_initializer="random_normal"),
        Dense(10, activation="softmax"),
    )
    noise = np.random.default_rng(1).normal(0, 500, x.shape).astype("float32")
    return Work(classifier(model, "sgd"), x * 4000 + noise, y, {"epochs": 4})


def many_sigmoids() -> Work:
    import keras
    from keras.layers import Dense

    x, y = digits()
    hidden = [Dense(24, activation="sigmoid") for _ in range(9)]
    model = mlp(*hidden, Dense(10, activation="softmax"))
    return Work(classifier(model, keras.optimizers.SGD(0.05)), x, y, {"epochs": 4})


def weights_far_too_large() -> Work:
    import keras
    from keras.layers import Dense

    x, y = digits()
    wide = [
        Dense(64, activation="relu", kernel_initializer=keras.initializers.RandomNormal(stddev=4.0))
        for _ in range(5)
    ]
    model = mlp(*wide, Dense(10))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.01), loss, metrics=["accuracy"])
    return Work(model, x, y, {"epochs": 3})


def branch_without_gradient() -> Work:
    import keras
    from keras.layers import Dense

    x, y = digits()
    inputs = keras.Input((64,))
    hidden = Dense(32, activation="relu", name="behind_stop")(inputs)
    stopped = keras.layers.Lambda(keras.ops.stop_gradient)(hidden)
    model = keras.Model(inputs, Dense(10, activation="softmax")(stopped))
    return Work(classifier(model), x, y, {"epochs": 3})


def penalty_hides_the_loss() -> Work:
    import keras
    from keras.layers import Dense

    x, y = digits()
    penalty = keras.regularizers.L1(0.5)
    model = mlp(
        Dense(64, activation="relu", kernel_regularizer=penalty),
        Dense(10, activation="softmax", kernel_regularizer=penalty),
    )
    return Work(classifier(model), x, y, {"epochs": 6})


def few_samples_by_heart() -> Work:
    from keras.layers import Dense

    x, y = digits()
    random = np.random.default_rng(2)
    y = np.where(random.random(len(y)) < 0.4, random.integers(0, 10, len(y)), y)
    model = mlp(Dense(256, activation="relu"), Dense(10, activation="softmax"))
    fit = {"epochs": 90, "batch_size": 16, "validation_data": (x[300:600], y[300:600])}
    return Work(classifier(model), x[:150], y[:150], fit)


def logarithm_of_zero() -> Work:
    import keras
    from keras.layers import Dense

    x, y = cancer()

    def loss(true, predicted):  # type: ignore[no-untyped-def]
        shifted = keras.ops.relu(predicted)
        return -keras.ops.mean(true * keras.ops.log(shifted))

    model = mlp(Dense(8, activation="relu"), Dense(1), inputs=30)
    model.compile("adam", loss)
    return Work(model, x, y, {"epochs": 2})


def missing_numbers() -> Work:
    from keras.layers import Dense

    x, y = cancer()
    x[::57, 3] = np.nan
    model = mlp(Dense(8, activation="relu"), Dense(1, activation="sigmoid"), inputs=30)
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Work(model, x, y, {"epochs": 2})


def clipped_to_nothing() -> Work:
    import keras
    from keras.layers import Dense

    x, y = digits()
    model = mlp(Dense(32, activation="relu"), Dense(10, activation="softmax"))
    return Work(classifier(model, keras.optimizers.SGD(0.1, clipnorm=1e-6)), x, y, {"epochs": 5})


def constant_output() -> Work:
    import keras
    from keras.layers import Dense

    x, y = diabetes()
    model = mlp(Dense(16, activation="relu"), Dense(1, activation="tanh"), inputs=10)
    model.compile(keras.optimizers.Adam(0.05), "mse")
    return Work(model, x, y, {"epochs": 15})


SICK: dict[str, tuple[Maker, frozenset[str]]] = {
    maker.__name__: (maker, frozenset(symptoms))
    for maker, *symptoms in (
        (sgd_far_too_slow, "learning-rate-too-low"),
        (adam_far_too_slow, "learning-rate-too-low"),
        (adam_far_too_fast, "learning-rate-too-high", "saturated-activation"),
        (sgd_diverges, "nan-loss", "diverging-loss", "dead-relu", "learning-rate-too-high"),
        (linear_model_diverges, "diverging-loss", "learning-rate-too-high", "nan-loss"),
        (bias_kills_relu, "dead-relu"),
        (large_inputs_saturate_tanh, "saturated-activation"),
        (many_sigmoids, "vanishing-gradient"),
        (weights_far_too_large, "exploding-gradient", "dead-relu", "learning-rate-too-high"),
        (branch_without_gradient, "no-gradient"),
        (penalty_hides_the_loss, "underfitting"),
        (few_samples_by_heart, "overfitting"),
        (logarithm_of_zero, "nan-loss"),
        (missing_numbers, "nan-loss"),
        (clipped_to_nothing, "learning-rate-too-low", "slow-or-stalled-loss"),
        (constant_output, "slow-or-stalled-loss", "saturated-activation"),
    )
}
