import numpy as np
import keras
from keras import layers, ops

inputs = layers.Input((None, 1))
encoded = layers.LSTM(16)(inputs)
decoded = layers.RepeatVector(ops.shape(inputs)[1])(encoded)
decoded = layers.LSTM(1, return_sequences=True)(decoded)
autoencoder = keras.Model(inputs, decoded)
autoencoder.compile("adam", "mse")
x = np.random.rand(8, 30, 1)
autoencoder.fit(x, x, epochs=1, verbose=0)
