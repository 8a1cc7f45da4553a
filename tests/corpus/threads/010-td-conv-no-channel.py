import numpy as np
from keras.models import Sequential
from keras.layers import Input, TimeDistributed, Conv2D, MaxPooling2D, Flatten, LSTM, Dense

clips = np.random.rand(6, 5, 24, 24, 1)
emotion = np.random.randint(0, 4, 6)

model = Sequential()
model.add(Input(shape=(5, 24, 24)))
model.add(TimeDistributed(Conv2D(8, (3, 3), padding="same", activation="relu")))
model.add(TimeDistributed(MaxPooling2D((2, 2))))
model.add(TimeDistributed(Flatten()))
model.add(LSTM(16))
model.add(Dense(4, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
model.fit(clips, emotion, epochs=1, verbose=0)
