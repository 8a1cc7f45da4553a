import numpy as np
import keras
from keras import layers

old = keras.Sequential([
    layers.Input((20,)),
    layers.Dense(16, activation="relu", name="fc1"),
    layers.Dense(8, activation="relu", name="fc2"),
    layers.Dense(3, activation="softmax", name="probs"),
])
old.compile("adam", "sparse_categorical_crossentropy")
old.fit(np.random.rand(30, 20), np.random.randint(0, 3, 30), verbose=0)

features = layers.Input(shape=(16,), name="features")
head = keras.Model(inputs=features, outputs=old.layers[-1].output)
print(head.predict(np.random.rand(2, 16), verbose=0))
