import numpy as np
from keras.models import Sequential
from keras.layers import Input, ConvLSTM2D, Conv2D

movies = np.random.rand(3, 5, 16, 16, 3)

model = Sequential()
model.add(Input((5, 16, 16, 3)))
model.add(ConvLSTM2D(8, 3, padding="same", return_sequences=True))
model.add(ConvLSTM2D(8, 3, padding="same", return_sequences=False))
model.add(Conv2D(3, 1, padding="same"))
model.compile(optimizer="adam", loss="mse")
model.fit(movies, movies, epochs=1, verbose=0)
