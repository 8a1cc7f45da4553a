import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(5)
x, y = load_digits(return_X_y=True)
x = x.astype("float32") / 16.0

def block(units):
    return layers.Dense(units, activation="tanh", kernel_initializer="zeros")

model = keras.Sequential([keras.Input((64,)), block(48), block(48), layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=8, verbose=0)
