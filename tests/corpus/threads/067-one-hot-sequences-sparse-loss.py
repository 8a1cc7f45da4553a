import numpy as np
from keras import layers
from keras.models import Sequential

IN_LEN, OUT_LEN, TOKENS, HIDDEN = 9, 6, 20, 12
X = np.random.rand(16, IN_LEN, 5)
Y = np.zeros((16, OUT_LEN, TOKENS))
for i in range(16):
    for t in range(OUT_LEN):
        Y[i, t, np.random.randint(TOKENS)] = 1

model = Sequential()
model.add(layers.Input((IN_LEN, 5)))
model.add(layers.LSTM(HIDDEN))
model.add(layers.RepeatVector(OUT_LEN))
for _ in range(2):
    model.add(layers.LSTM(HIDDEN, return_sequences=True))
model.add(layers.TimeDistributed(layers.Dense(TOKENS)))
model.add(layers.Activation("softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(X, Y, batch_size=8, epochs=1, verbose=0)
