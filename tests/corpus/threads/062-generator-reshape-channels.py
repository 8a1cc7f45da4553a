import numpy as np
import keras
from keras import layers


def make_generator(noise_dim=50):
    g = keras.Sequential(name="generator")
    g.add(layers.Input((noise_dim,)))
    g.add(layers.Dense(7 * 7 * 32, use_bias=False))
    g.add(layers.BatchNormalization())
    g.add(layers.LeakyReLU())
    g.add(layers.Reshape((7, 7, 64)))
    g.add(layers.Conv2DTranspose(16, 5, strides=2, padding="same"))
    g.add(layers.LeakyReLU())
    g.add(layers.Conv2DTranspose(1, 5, strides=2, padding="same", activation="tanh"))
    return g


print(make_generator().predict(np.random.randn(2, 50), verbose=0).shape)
