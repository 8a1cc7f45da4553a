import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(12)
rng = np.random.default_rng(7)
visits = rng.poisson(3, size=(1500, 12)).astype("float32")
bought = (visits[:, 2] + visits[:, 5] > 6).astype("int32")

inputs = keras.Input(shape=(12,), name="visits")
h = layers.Normalization()
h.adapt(visits)
z = layers.Dense(32, activation="relu")(h(inputs))
z = layers.Dense(16, activation="relu")(z)
outputs = layers.Dense(1, activation="softmax", name="buys")(z)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(visits, bought, validation_split=0.2, epochs=8, verbose=0)
