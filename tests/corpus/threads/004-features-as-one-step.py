import numpy as np
from keras.models import Sequential
from keras.layers import Input, Conv1D, MaxPooling1D, Flatten, Dense
from keras.utils import to_categorical

train = np.random.rand(100, 20)
labels = to_categorical(np.random.randint(0, 5, 100), 5)
X_train = np.reshape(train, (train.shape[0], 1, train.shape[1]))

model = Sequential()
model.add(Input((1, 20)))
model.add(Conv1D(64, 3, padding="valid", activation="relu"))
model.add(MaxPooling1D(pool_size=10))
model.add(Flatten())
model.add(Dense(5, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(X_train, labels, batch_size=32, epochs=1, verbose=0)
