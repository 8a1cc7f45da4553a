import numpy as np
import keras
from keras import layers, ops


def make_pairs(x, y):
    pairs, labels = [], []
    for i in range(len(x)):
        j = np.random.randint(len(x))
        pairs.append([x[i], x[j]])
        labels.append(float(y[i] == y[j]))
    return np.array(pairs), np.array(labels)


digits, classes = np.random.rand(30, 20, 20, 1), np.random.randint(0, 3, 30)
pairs, same = make_pairs(digits, classes)

tower = keras.Sequential([layers.Input((20, 20, 1)), layers.Conv2D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(16)])
left, right = layers.Input((20, 20, 1)), layers.Input((20, 20, 1))
distance = layers.Lambda(lambda v: ops.abs(v[0] - v[1]))([tower(left), tower(right)])
siamese = keras.Model([left, right], layers.Dense(1, activation="sigmoid")(distance))
siamese.compile("adam", "binary_crossentropy")
siamese.fit(pairs, same, batch_size=10, epochs=1, verbose=0)
