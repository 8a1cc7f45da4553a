import numpy as np
import tensorflow as tf

series = np.random.rand(64, 50).astype("float32")
future = np.random.rand(64, 10).astype("float32")
weights = np.random.rand(64, 10).astype("float32")

model = tf.keras.Sequential()
model.add(tf.keras.Input(shape=(50,)))
model.add(tf.keras.layers.Dense(32, activation="relu"))
model.add(tf.keras.layers.Dense(10, activation="linear"))
model.compile(optimizer="sgd", loss="mse")
model.fit(x=series, y=future, sample_weight=weights, batch_size=16, epochs=1, verbose=0)
