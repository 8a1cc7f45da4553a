import numpy as np
import tensorflow as tf
L = tf.keras.layers

SIZE = 90


def unet(n_levels, features=8, n_blocks=1, pooling=2):
    inputs = L.Input(shape=(SIZE, SIZE, 1))
    x = inputs
    pars = dict(kernel_size=3, activation="relu", padding="same")
    skips = {}
    for level in range(n_levels):
        for _ in range(n_blocks):
            x = L.Conv2D(features * 2 ** level, **pars)(x)
        if level < n_levels - 1:
            skips[level] = x
            x = L.MaxPool2D(pooling)(x)
    for level in reversed(range(n_levels - 1)):
        x = L.Conv2DTranspose(features * 2 ** level, strides=pooling, **pars)(x)
        x = L.Concatenate()([x, skips[level]])
        for _ in range(n_blocks):
            x = L.Conv2D(features * 2 ** level, **pars)(x)
    return tf.keras.Model(inputs, L.Conv2D(1, 1, activation="sigmoid")(x))


model = unet(3)
model.compile("adam", "binary_crossentropy")
model.fit(np.random.rand(4, SIZE, SIZE, 1), np.random.randint(0, 2, (4, SIZE, SIZE, 1)), verbose=0)
