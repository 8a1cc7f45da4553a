import numpy as np
from tensorflow.keras import Sequential
from tensorflow.keras.layers import Input, Embedding, LSTM, RepeatVector, TimeDistributed, Dense

vocab, steps = 12, 10
X = np.random.randint(0, vocab, (64, steps))

model = Sequential([
    Input((steps,)),
    Embedding(vocab, 8),
    LSTM(16),
    RepeatVector(steps),
    LSTM(16, return_sequences=True),
    TimeDistributed(Dense(vocab, activation="softmax")),
])
model.compile(optimizer="rmsprop", loss="mse")
model.fit(X, X, batch_size=16, epochs=1, verbose=0)
