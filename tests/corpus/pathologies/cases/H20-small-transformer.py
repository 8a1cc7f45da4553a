"""A small transformer finds out which symbol is the most frequent; warm-up, then a cosine."""
import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(20)
rng = np.random.default_rng(20)
SYMBOLS, LENGTH, WIDTH = 6, 20, 32
y = rng.integers(0, SYMBOLS, 2000)
x = rng.integers(0, SYMBOLS, (2000, LENGTH))
x = np.where(rng.random(x.shape) < 0.4, y[:, None], x)


class Positions(layers.Layer):
    def build(self, shape):
        self.table = self.add_weight(shape=(shape[1], shape[2]), initializer="uniform", name="table")

    def call(self, tokens):
        return tokens + self.table


def block(x):
    attended = layers.MultiHeadAttention(4, WIDTH // 4)(x, x)
    x = layers.LayerNormalization()(x + layers.Dropout(0.1)(attended))
    hidden = layers.Dense(2 * WIDTH, activation="gelu")(x)
    return layers.LayerNormalization()(x + layers.Dense(WIDTH)(hidden))


inputs = keras.Input((LENGTH,), dtype="int32")
z = Positions()(layers.Embedding(SYMBOLS, WIDTH)(inputs))
z = block(block(z))
outputs = layers.Dense(SYMBOLS)(layers.GlobalAveragePooling1D()(z))
model = keras.Model(inputs, outputs)
schedule = keras.optimizers.schedules.CosineDecay(1e-5, 300, warmup_target=3e-3, warmup_steps=40)
model.compile(
    keras.optimizers.AdamW(schedule, weight_decay=1e-4),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(x, y, validation_split=0.15, epochs=8, batch_size=64, verbose=0)
