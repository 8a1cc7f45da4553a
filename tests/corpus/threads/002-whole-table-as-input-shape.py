import numpy as np
import tensorflow as tf
from tensorflow import keras

X = np.random.rand(70, 57).astype("float32")
y = np.random.randint(0, 10, 70)
train_data = tf.data.Dataset.from_tensor_slices((X, y)).batch(14)

model = keras.Sequential()
model.add(keras.layers.LSTM(64, input_shape=(70, 57), return_sequences=True))
model.add(keras.layers.LSTM(64))
model.add(keras.layers.Dense(64, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(train_data, epochs=1, verbose=0)
