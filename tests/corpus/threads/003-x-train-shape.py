import numpy as np
from keras.models import Sequential
from keras.layers import Conv1D, MaxPooling1D, Flatten, Dense, Dropout

X_train = np.random.rand(60, 24)
Y_train = np.random.randint(0, 2, (60, 1))
X_train = np.expand_dims(X_train, axis=2)

model = Sequential()
model.add(Conv1D(filters=16, kernel_size=3, activation="relu", input_shape=X_train.shape))
model.add(Conv1D(filters=16, kernel_size=3, activation="relu"))
model.add(Dropout(0.5))
model.add(MaxPooling1D(pool_size=2))
model.add(Flatten())
model.add(Dense(10, activation="relu"))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam")
model.fit(X_train, Y_train, epochs=1, batch_size=20, verbose=0)
