"""Early warning of sepsis."""
import argparse

import keras
from keras import layers

from pipeline import VITALS, Joined


def classifier(width, drop):
    inputs = keras.Input((VITALS,), name="vitals")
    x = layers.Dense(width, activation="relu", name="hidden_a")(inputs)
    x = layers.Dropout(drop)(x)
    x = layers.Dense(width // 2, activation="relu", name="hidden_b")(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid", name="sepsis")(x))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, default=600)
    parser.add_argument("--width", type=int, default=24)
    parser.add_argument("--drop", type=float, default=0.05)
    parser.add_argument("--epochs", type=int, default=10)
    args = parser.parse_args()
    keras.utils.set_random_seed(61)
    model = classifier(args.width, args.drop)
    model.compile(optimizer=keras.optimizers.Adam(5e-3), loss="binary_crossentropy", metrics=["accuracy"])
    return model.fit(
        Joined(args.patients, 0).for_training(30),
        validation_data=Joined(args.patients // 3, 1).for_evaluation(30),
        epochs=args.epochs,
        verbose=0,
    )


if __name__ == "__main__":
    history = main()
    print("validation accuracy", history.history["val_accuracy"][-1])
