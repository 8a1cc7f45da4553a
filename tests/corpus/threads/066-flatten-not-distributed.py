import numpy as np
from keras.models import Sequential
from keras.layers import Input, TimeDistributed, Conv2D, MaxPooling2D, Flatten, LSTM, Dense

model = Sequential()
model.add(Input((6, 20, 20, 3)))
model.add(TimeDistributed(Conv2D(8, (3, 3), activation="relu")))
model.add(TimeDistributed(MaxPooling2D(pool_size=(2, 2))))
model.add(Flatten())
model.add(LSTM(16))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(np.random.rand(5, 6, 20, 20, 3), np.random.rand(5), epochs=1, verbose=0)
