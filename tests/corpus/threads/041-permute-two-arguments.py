import numpy as np
from keras.models import Model
from keras.layers import Input, LSTM, Dense, Activation, RepeatVector, Permute, Multiply, Flatten

hidden, step = 16, 9
inp = Input((step, 4))
seq = LSTM(hidden, return_sequences=True)(inp)
score = Dense(step)(Flatten()(seq))
score = Activation("softmax")(score)
score = RepeatVector(hidden)(score)
score = Permute(2, 1)(score)
att = Multiply()([seq, score])
model = Model(inp, Dense(1)(Flatten()(att)))
model.compile("adam", "mse")
model.fit(np.random.rand(10, step, 4), np.random.rand(10), verbose=0)
