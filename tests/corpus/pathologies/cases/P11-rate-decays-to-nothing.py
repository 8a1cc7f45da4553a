"""Digits with exponential decay of the learning rate."""
import keras
from keras import layers
from keras.optimizers.schedules import ExponentialDecay
from sklearn.datasets import load_digits


def make_schedule(initial=1e-2):
    return ExponentialDecay(
        initial_learning_rate=initial,
        decay_steps=1,
        decay_rate=0.5,
        staircase=True,
    )


def make_model(classes):
    inputs = keras.Input((8, 8, 1))
    x = layers.Conv2D(16, 3, activation="relu")(inputs)
    x = layers.Conv2D(16, 3, activation="relu")(x)
    x = layers.Flatten()(x)
    x = layers.Dense(32, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))


keras.utils.set_random_seed(9)
x, y = load_digits(return_X_y=True)
x = x.reshape(-1, 8, 8, 1) / 16.0
model = make_model(10)
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=make_schedule(0.05), momentum=0.9),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, batch_size=32, epochs=8, validation_split=0.2, verbose=0)
