import numpy as np
from keras.models import Sequential
from keras.layers import Input, Conv2D, Activation, MaxPooling2D, Dropout, Flatten, Dense

img_rows, img_cols = 28, 28
model = Sequential()
model.add(Input((img_rows, img_cols, 1)))
model.add(Conv2D(6, 5, 5, padding="same"))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Conv2D(16, 5, 5, padding="same"))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(84, activation="relu"))
model.add(Dense(10, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
model.fit(np.random.rand(12, 28, 28, 1), np.random.randint(0, 10, 12), verbose=0)
