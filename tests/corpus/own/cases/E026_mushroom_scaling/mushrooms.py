"""Recognise mushrooms."""
import argparse

import keras

from network import build
from pictures import SPECIES, dataset


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", type=int, default=28)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=4)
    args = parser.parse_args()
    keras.utils.set_random_seed(40)
    train = dataset(240, args.side, args.batch, seed=0)
    check = dataset(80, args.side, args.batch, seed=1)
    model = build(args.side, len(SPECIES))
    model.compile(
        optimizer=keras.optimizers.SGD(0.05, momentum=0.9),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(train, validation_data=check, epochs=args.epochs, verbose=0)
    print(history.history["accuracy"])
    return model, history


if __name__ == "__main__":
    model, history = main()
