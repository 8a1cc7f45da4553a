"""Learn a made-up language of counting."""
import argparse
import math

import keras
import numpy as np

from model import TiedLanguageModel

WORDS = 12


def sentences(count, length, seed):
    """Each sentence counts on from where it starts, in steps of one or two."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, WORDS, (count, 1))
    step = rng.integers(1, 3, (count, 1))
    return ((start + step * np.arange(length)) % WORDS).astype("int32")


def perplexity(y_true, y_pred):
    loss = keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=True)
    return keras.ops.exp(keras.ops.mean(loss))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--length", type=int, default=11)
    parser.add_argument("--epochs", type=int, default=8)
    args = parser.parse_args()
    keras.utils.set_random_seed(32)
    text = sentences(480, args.length, seed=0)
    model = TiedLanguageModel(WORDS, width=24, heads=4, depth=2)
    model.compile(
        optimizer=keras.optimizers.Adam(3e-3),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[perplexity],
    )
    history = model.fit(text[:, :-1], text[:, 1:], batch_size=32, epochs=args.epochs, verbose=0)
    told = model.continue_text(sentences(2, 5, seed=1), steps=4)
    print(keras.ops.convert_to_numpy(told), math.log(WORDS))
    return model, history


if __name__ == "__main__":
    model, history = main()
