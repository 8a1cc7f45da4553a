"""Pretrain on digits 0-4, then a new head for 5-9."""
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(7)
x, y = load_digits(return_X_y=True)
x = x.reshape(-1, 8, 8, 1).astype("float32") / 16.0
low = y < 5

backbone = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        layers.Conv2D(32, 3, padding="same"),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2D(32, 3),
        layers.ReLU(),
        layers.Flatten(),
    ],
    name="backbone",
)
first = keras.Sequential([backbone, layers.Dense(5, activation="softmax")])
first.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
first.fit(x[low], y[low], epochs=8, verbose=0)

backbone.trainable = False
inputs = keras.Input((8, 8, 1))
features = backbone(inputs, training=False)
model = keras.Model(inputs, layers.Dense(5, activation="softmax", name="new_head")(features))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[~low], y[~low] - 5, validation_split=0.2, epochs=10, verbose=0)
