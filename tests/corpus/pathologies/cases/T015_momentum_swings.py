import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(31)
x, y = load_digits(return_X_y=True)
x = (x / 16.0).astype("float32")
model = keras.Sequential([layers.Input((64,)), layers.Dense(64, activation="tanh"), layers.Dense(10)])
sgd = keras.optimizers.SGD(learning_rate=8.0, momentum=0.9)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer=sgd, loss=loss, metrics=["accuracy"])
model.fit(x, y, epochs=12, batch_size=128, verbose=0)
