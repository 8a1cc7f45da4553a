"""Tell spiral from round galaxies."""
import argparse

import keras

from blocks import classifier
from sky import observe


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", type=int, default=24)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--count", type=int, default=160)
    args = parser.parse_args()
    keras.utils.set_random_seed(37)
    pictures, spiral = observe(args.count, args.side, seed=0)
    model = classifier(args.side, widths=(12, 16), repeats=2)
    model.compile(
        optimizer=keras.optimizers.Adam(3e-3),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)],
    )
    history = model.fit(
        pictures, spiral, validation_split=0.2, epochs=args.epochs, batch_size=16, verbose=0
    )
    print(model.count_params(), history.history["val_binary_accuracy"])
    return model, history


if __name__ == "__main__":
    model, history = main()
