import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(29)
x, y = load_digits(return_X_y=True)
x = (x / 16.0).astype("float32")
inputs = keras.Input((64,))
h = layers.Dense(128)(inputs)
h = layers.BatchNormalization(momentum=0.99995, name="norm")(h)
h = layers.Activation("relu")(h)
outputs = layers.Dense(10, activation="softmax")(h)
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.Adam(0.002), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:1400], y[:1400], validation_data=(x[1400:], y[1400:]), epochs=8, batch_size=64, verbose=0)
