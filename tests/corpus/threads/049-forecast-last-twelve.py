import numpy as np
from keras.models import Sequential
from keras.layers import Input, Conv1D, Flatten, Dense, Dropout

sales = np.sin(np.arange(120) / 6.0)
window = 20
X = np.array([sales[i:i + window] for i in range(len(sales) - window)])[..., np.newaxis]
y = sales[window:]

model = Sequential()
model.add(Input((X.shape[1], X.shape[2])))
model.add(Conv1D(16, 3, activation="relu"))
model.add(Dropout(0.2))
model.add(Flatten())
model.add(Dense(1))
model.compile(optimizer="adam", loss="mse")
model.fit(X, y, epochs=1, verbose=0)

last_12 = sales[-12:]
last_12 = last_12.reshape(1, 12, 1)
print(model.predict(last_12, verbose=0))
