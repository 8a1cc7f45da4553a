import numpy as np
from keras.models import Sequential
from keras.layers import Input, TimeDistributed, Conv2D, MaxPooling2D, Flatten, LSTM, Dense

steps, rows, cols = 4, 16, 16
maps = np.random.rand(5, steps, rows, cols, 3)
wind = np.random.rand(5, steps, 2)

model = Sequential()
model.add(Input((steps, rows, cols, 3)))
model.add(TimeDistributed(Conv2D(8, (3, 3), activation="relu", padding="same")))
model.add(TimeDistributed(MaxPooling2D(pool_size=(2, 2))))
model.add(TimeDistributed(Flatten()))
model.add(LSTM(units=32))
model.add(TimeDistributed(Dense(2)))
model.compile(optimizer="adam", loss="mse")
model.fit(maps, wind, epochs=1, verbose=0)
