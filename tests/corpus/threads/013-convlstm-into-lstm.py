import numpy as np
import keras
from keras import layers

my_input = layers.Input(shape=(3, 12, 12, 1))
conv = layers.TimeDistributed(layers.Conv2D(4, 3, activation="relu", padding="same", strides=2))(my_input)
bn = layers.TimeDistributed(layers.BatchNormalization())(conv)
rec = layers.ConvLSTM2D(filters=4, kernel_size=3, padding="same", return_sequences=True)(bn)
res = layers.Add()([rec, bn])
lstm = layers.LSTM(10)(res)
out = layers.Dense(2, activation="softmax")(lstm)
model = keras.Model(my_input, out)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(np.random.rand(8, 3, 12, 12, 1), np.random.randint(0, 2, 8), epochs=1, verbose=0)
