import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x = rng.random((256, 28, 28, 1)).astype("float32")
y = rng.integers(0, 10, 256)
model = keras.Sequential([
    layers.Input((28, 28, 1)), layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(),
    layers.Dropout(0.5), layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=1, batch_size=32, verbose=0)
model.summary()
