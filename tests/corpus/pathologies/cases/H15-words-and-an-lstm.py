"""Sentiment of short texts: Embedding and LSTM, texts padded at the end and masked."""
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(15)
rng = np.random.default_rng(15)
VOCABULARY, MAXLEN = 120, 40
tone = rng.choice([-1.0, 1.0], VOCABULARY)
texts = [rng.integers(1, VOCABULARY, rng.integers(4, 15)) for _ in range(1500)]
y = np.array([tone[t].sum() + 0.1 > 0 for t in texts], dtype="float32")
x = keras.utils.pad_sequences(texts, maxlen=MAXLEN, padding="post")

model = keras.Sequential(
    [
        keras.Input((MAXLEN,), dtype="int32"),
        layers.Embedding(VOCABULARY, 16, mask_zero=True),
        layers.LSTM(16),
        layers.Dropout(0.2),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(1e-2), "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, validation_split=0.2, epochs=6, batch_size=64, verbose=0)
