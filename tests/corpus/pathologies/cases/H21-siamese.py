"""Do two pictures show the same digit? One encoder for both, contrastive loss."""
import keras
import numpy as np
from keras import layers, ops
from sklearn.datasets import load_digits

keras.utils.set_random_seed(21)
rng = np.random.default_rng(21)
images, labels = load_digits(return_X_y=True)
images = (images / 16.0).astype("float32")
first = rng.integers(0, len(images), 3000)
second = rng.integers(0, len(images), 3000)
for i in range(0, 3000, 2):  # Half of the pairs are alike.
    second[i] = rng.choice(np.flatnonzero(labels == labels[first[i]]))
same = (labels[first] == labels[second]).astype("float32")

encoder = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(16)])
left, right = keras.Input((64,), name="left"), keras.Input((64,), name="right")
gap = encoder(left) - encoder(right)
distance = ops.sqrt(ops.sum(ops.square(gap), axis=1, keepdims=True) + 1e-6)
model = keras.Model([left, right], distance)


def contrastive(alike, distance, margin=1.0):
    alike = ops.reshape(ops.cast(alike, "float32"), (-1, 1))
    apart = ops.square(ops.maximum(margin - distance, 0.0))
    return ops.mean(alike * ops.square(distance) + (1 - alike) * apart)


model.compile(keras.optimizers.Adam(2e-3), contrastive)
model.fit([images[first], images[second]], same, epochs=12, batch_size=64, verbose=0)
