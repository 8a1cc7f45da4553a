"""Stars of a product review."""
import argparse

import keras
import numpy as np
from keras import layers

from encoder import Encoder


def fake_reviews(count, vocabulary, length, seed):
    rng = np.random.default_rng(seed)
    stars = rng.integers(0, 5, count)
    tokens = rng.integers(10, vocabulary, (count, length))
    for row, star in zip(tokens, stars):
        row[rng.integers(0, length, 4)] = 1 + star
    return tokens.astype("int32"), stars


def build(args):
    tokens = keras.Input((args.length,), dtype="int32", name="tokens")
    encoder = Encoder(args.vocabulary, depth=args.depth)
    summary = encoder(tokens)
    stars = layers.Dense(5, activation="softmax", name="stars")(summary)
    return keras.Model(tokens, stars)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vocabulary", type=int, default=400)
    parser.add_argument("--length", type=int, default=26)
    parser.add_argument("--depth", type=int, default=3)
    args = parser.parse_args()
    keras.utils.set_random_seed(8)
    model = build(args)
    model.compile(optimizer=keras.optimizers.Adam(2e-3), loss="sparse_categorical_crossentropy")
    x, y = fake_reviews(256, args.vocabulary, args.length, seed=1)
    history = model.fit(x, y, epochs=1, batch_size=64, validation_split=0.2, verbose=0)
    print(history.history["val_loss"])


if __name__ == "__main__":
    main()
