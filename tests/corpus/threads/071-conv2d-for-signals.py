import numpy as np
import keras
from keras import layers

signals = np.random.rand(12, 64, 3)
labels = np.random.randint(0, 5, 12)

inputs = layers.Input((64, 3))
x = layers.Conv2D(16, 7, strides=2, padding="same", name="conv1")(inputs)
x = layers.BatchNormalization()(x)
x = layers.Activation("relu")(x)
x = layers.Flatten()(x)
model = keras.Model(inputs, layers.Dense(5, activation="softmax")(x))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(signals, labels, epochs=1, verbose=0)
