import numpy as np
from keras.models import Sequential
from keras.layers import Input, LSTM, Dense

recording = np.random.rand(6, 30)
label = np.array([1.0])

model = Sequential()
model.add(Input(shape=(6, 30)))
model.add(LSTM(20))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(recording, label, epochs=1, verbose=0)
