import numpy as np
import keras
from keras import layers, ops


def euclidean_distance(vects):
    x, y = vects
    return ops.sqrt(ops.sum(ops.square(x - y), axis=1))


base = keras.Sequential([layers.Input((16,)), layers.Dense(8, activation="relu"), layers.Dense(4)])
a, b = layers.Input((16,)), layers.Input((16,))
d = layers.Lambda(euclidean_distance)([base(a), base(b)])
same = layers.Dense(1, activation="sigmoid")(d)
model = keras.Model([a, b], same)
model.compile("adam", "binary_crossentropy")
model.fit([np.random.rand(12, 16), np.random.rand(12, 16)], np.random.randint(0, 2, 12), verbose=0)
