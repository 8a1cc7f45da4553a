"""Online training on the breast cancer table."""
import argparse

import keras
from keras import layers
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

parser = argparse.ArgumentParser()
parser.add_argument("--batch", type=int, default=1)
parser.add_argument("--epochs", type=int, default=3)
args = parser.parse_args()


def dense_block(x, units):
    x = layers.Dense(units)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation("relu")(x)


def build(n_features):
    inputs = keras.Input((n_features,))
    x = dense_block(inputs, 32)
    x = dense_block(x, 16)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


keras.utils.set_random_seed(23)
x, y = load_breast_cancer(return_X_y=True)
x = StandardScaler().fit_transform(x)
model = build(x.shape[1])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=args.batch, epochs=args.epochs, verbose=0)
