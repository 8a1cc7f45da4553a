import numpy as np
import keras
from keras import layers

TIME_STEPS, UNITS = 14, 32
inputs = layers.Input((TIME_STEPS, 6))
lstm_out = layers.LSTM(UNITS, return_sequences=True)(inputs)
e = layers.Dense(1, activation="tanh")(lstm_out)
e = layers.Flatten()(e)
a = layers.Activation("softmax")(e)
a = layers.RepeatVector(UNITS)(a)
context = layers.Multiply(name="weighted")([lstm_out, a])
context = layers.Lambda(lambda t: keras.ops.sum(t, axis=1))(context)
model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(context))
model.compile("adam", "binary_crossentropy")
model.fit(np.random.rand(9, TIME_STEPS, 6), np.random.randint(0, 2, 9), verbose=0)
