import numpy as np
from keras.models import Model
from keras.layers import Input, LSTM, RepeatVector, TimeDistributed, Dense

timesteps, input_dim, latent_dim = 12, 3, 8
x = np.random.rand(20, timesteps, input_dim)

inputs = Input((timesteps, input_dim))
encoded = LSTM(latent_dim)(inputs)
decoded = RepeatVector(latent_dim)(encoded)
decoded = LSTM(latent_dim, return_sequences=True)(decoded)
decoded = TimeDistributed(Dense(input_dim))(decoded)
autoencoder = Model(inputs, decoded)
autoencoder.compile("adam", "mse")
autoencoder.fit(x, x, epochs=1, verbose=0)
