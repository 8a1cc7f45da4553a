"""Compress thirty lab values to five numbers."""
import keras
from keras import layers
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler


class Compressor(keras.Model):
    def __init__(self, n_features, code):
        super().__init__()
        self.encode = keras.Sequential([layers.Dense(20, activation="relu"), layers.Dense(code)], name="encode")
        self.expand = layers.Dense(20, activation="relu", name="expand")
        self.reconstruction = layers.Dense(n_features, activation="sigmoid", name="reconstruction")

    def call(self, rows):
        return self.reconstruction(self.expand(self.encode(rows)))


def rows():
    return StandardScaler().fit_transform(load_breast_cancer().data).astype("float32")


keras.utils.set_random_seed(41)
x = rows()
model = Compressor(x.shape[1], 5)
model.compile(optimizer=keras.optimizers.Adam(5e-3), loss="mse")
model.fit(x, x, epochs=25, batch_size=32, validation_split=0.1, verbose=0)
