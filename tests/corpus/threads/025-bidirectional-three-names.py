import numpy as np
from keras.models import Model
from keras.layers import Input, LSTM, Bidirectional, Concatenate, Dense

n_units = 12
enc_in = Input((10, 4), name="encoder_inputs")
enc_out, state_h, state_c = Bidirectional(LSTM(n_units, return_sequences=True, return_state=True))(enc_in)
dec_in = Input((6, 3), name="decoder_inputs")
dec_out = LSTM(n_units * 2, return_sequences=True)(dec_in, initial_state=[state_h, state_c])
model = Model([enc_in, dec_in], Dense(1)(dec_out))
model.compile("adam", "mse")
model.fit([np.random.rand(8, 10, 4), np.random.rand(8, 6, 3)], np.random.rand(8, 6, 1), verbose=0)
