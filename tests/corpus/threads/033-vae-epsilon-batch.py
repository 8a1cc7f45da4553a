import numpy as np
import keras
from keras import layers, ops

original_dim, latent_dim, batch_size = 30, 2, 16


class Sampling(layers.Layer):
    def call(self, inputs):
        z_mean, z_log_var = inputs
        epsilon = keras.random.normal(shape=(batch_size, latent_dim))
        return z_mean + ops.exp(z_log_var / 2) * epsilon


x = layers.Input((original_dim,))
h = layers.Dense(12, activation="relu")(x)
z = Sampling()([layers.Dense(latent_dim)(h), layers.Dense(latent_dim)(h)])
decoded = layers.Dense(original_dim, activation="sigmoid")(layers.Dense(12, activation="relu")(z))
vae = keras.Model(x, decoded)
vae.compile("rmsprop", "binary_crossentropy")
data = np.random.rand(40, original_dim)
vae.fit(data, data, batch_size=batch_size, epochs=1, verbose=0)
