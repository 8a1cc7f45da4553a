"""A convolutional net for 8 by 8 digits."""
import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits


def make_model(num_classes=10, dropout=0.4):
    model = keras.Sequential(name="digits")
    model.add(keras.Input((8, 8, 1)))
    model.add(layers.Conv2D(16, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D())
    model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(num_classes, activation="softmax"))
    model.add(layers.Dropout(dropout))
    return model


def prepare():
    x, y = load_digits(return_X_y=True)
    x = x.reshape(-1, 8, 8, 1).astype("float32") / 16.0
    order = np.random.default_rng(0).permutation(len(x))
    return x[order], y[order]


keras.utils.set_random_seed(8)
x, y = prepare()
split = int(0.8 * len(x))
model = make_model()
model.compile(
    optimizer=keras.optimizers.Adam(1e-3),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(
    x[:split], y[:split],
    validation_data=(x[split:], y[split:]),
    epochs=8, batch_size=32, verbose=0,
)
