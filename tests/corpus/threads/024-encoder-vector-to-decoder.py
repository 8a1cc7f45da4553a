import numpy as np
from keras.models import Model
from keras.layers import Input, LSTM, Dense

HIDDEN_STATE_SIZE = 24
x = Input((7, 5))
encoder = LSTM(HIDDEN_STATE_SIZE, return_state=True)(x)
decoder = LSTM(HIDDEN_STATE_SIZE, return_sequences=True)(encoder[0], initial_state=encoder[1:])
out = Dense(5)(decoder)
model = Model(x, out)
model.compile("adam", "mse")
model.fit(np.random.rand(16, 7, 5), np.random.rand(16, 7, 5), epochs=1, verbose=0)
