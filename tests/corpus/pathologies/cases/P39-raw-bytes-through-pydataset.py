"""Digits as bytes, handed out in batches."""
import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits


class Batches(keras.utils.PyDataset):
    def __init__(self, x, y, batch, seed=0, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y, self.batch = x, y, batch
        self.order = np.random.default_rng(seed).permutation(len(x))

    def __len__(self):
        return len(self.x) // self.batch

    def __getitem__(self, index):
        chosen = self.order[index * self.batch : (index + 1) * self.batch]
        return self.x[chosen].astype("float32"), self.y[chosen]


def perceptron():
    return keras.Sequential(
        [
            keras.Input((64,)),
            layers.Dense(48, activation="tanh", name="first"),
            layers.Dense(48, activation="tanh", name="second"),
            layers.Dense(10, activation="softmax"),
        ]
    )


keras.utils.set_random_seed(42)
images, labels = load_digits(return_X_y=True)
data = Batches((images * 15.9).astype("uint8"), labels, 32)
model = perceptron()
model.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(data, epochs=10, verbose=0)
