"""Train in rounds, with new data in each round."""
import keras
import numpy as np
from keras import layers


def make_model():
    model = keras.Sequential(
        [keras.Input((8,)), layers.Dense(32, activation="relu"), layers.Dense(4, activation="softmax")]
    )
    model.compile(keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class Source:
    """Data that arrive in portions."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.weights = self.rng.normal(size=(8, 4))

    def portion(self, n=320):
        x = self.rng.normal(size=(n, 8)).astype("float32")
        return x, (x @ self.weights).argmax(axis=1)


keras.utils.set_random_seed(34)
source = Source(34)
losses = []
for number in range(12):
    model = make_model()
    x, y = source.portion()
    history = model.fit(x, y, epochs=1, batch_size=32, verbose=0)
    losses.append(history.history["loss"][-1])
print([round(loss, 3) for loss in losses])
