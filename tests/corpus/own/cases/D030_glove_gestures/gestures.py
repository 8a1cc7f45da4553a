"""Recognise gestures of a data glove."""
import argparse

import keras
from keras import layers

from prepare import AXES, FINGERS, READINGS_PER_GESTURE, datasets


def recogniser(steps, units):
    glove = keras.Input((steps, FINGERS, AXES), name="glove")
    x = layers.TimeDistributed(layers.Dense(6, activation="relu"), name="finger")(glove)
    x = layers.Reshape((steps, FINGERS * 6), name="hand")(x)
    x = layers.Bidirectional(layers.LSTM(units, return_sequences=True), name="motion")(x)
    x = layers.GlobalAveragePooling1D(name="whole")(x)
    return keras.Model(glove, layers.Dense(4, activation="softmax", name="gesture")(x))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--subjects", type=int, default=3)
    parser.add_argument("--gestures", type=int, default=44)
    parser.add_argument("--units", type=int, default=12)
    args = parser.parse_args()
    keras.utils.set_random_seed(47)
    x_train, x_test, y_train, y_test = datasets(args.subjects, args.gestures)
    model = recogniser(READINGS_PER_GESTURE, args.units)
    model.compile(
        loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"]
    )
    model.fit(x_train, y_train, epochs=1, batch_size=33, verbose=0)
    print("accuracy:", model.evaluate(x_test, y_test, verbose=0)[1])


if __name__ == "__main__":
    main()
