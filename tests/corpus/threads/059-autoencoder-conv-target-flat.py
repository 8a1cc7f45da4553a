import numpy as np
import keras
from keras import layers


def temporal_autoencoder(timesteps, input_dim, n_filters=6, pool_size=4):
    x = layers.Input((timesteps, input_dim), name="input_seq")
    encoded = layers.Conv1D(n_filters, 5, padding="same")(x)
    encoded = layers.LeakyReLU()(encoded)
    encoded = layers.MaxPooling1D(pool_size)(encoded)
    encoded = layers.Bidirectional(layers.LSTM(4, return_sequences=True), merge_mode="sum")(encoded)
    decoded = layers.UpSampling1D(pool_size)(encoded)
    decoded = layers.Conv1D(n_filters, 5, padding="same")(decoded)
    decoded = layers.Reshape((timesteps * n_filters, 1), name="output_seq")(decoded)
    return keras.Model(x, decoded)


model = temporal_autoencoder(32, 1)
model.compile("adam", "mse")
X = np.random.rand(10, 32, 1)
model.fit(X, X, epochs=1, batch_size=5, verbose=0)
