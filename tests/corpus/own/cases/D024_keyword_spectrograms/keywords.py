"""Spot a spoken command."""
import argparse

import keras
from keras import layers

from sound import WORDS, spectrogram_dataset


def convolution(x, filters, pool=True):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    return layers.MaxPooling2D(2)(x) if pool else x


def spotter(shape, filters, hidden):
    picture = keras.Input(shape, name="spectrogram")
    x = layers.Resizing(32, 32, name="shrink")(picture)
    for count in filters:
        x = convolution(x, count)
    x = layers.Flatten()(x)
    x = layers.Dense(hidden, activation="relu")(x)
    x = layers.Dropout(0.4)(x)
    return keras.Model(picture, layers.Dense(len(WORDS), name="word")(x), name="spotter")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--filters", type=int, nargs="+", default=[8, 16])
    parser.add_argument("--hidden", type=int, default=24)
    parser.add_argument("--batch", type=int, default=16)
    return parser.parse_args()


def main():
    args = arguments()
    keras.utils.set_random_seed(35)
    train = spectrogram_dataset(96, args.samples, 0, args.batch)
    test = spectrogram_dataset(32, args.samples, 1, args.batch)
    picture, _ = train.element_spec
    model = spotter(picture.shape[1:], args.filters, args.hidden)
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(train, validation_data=test, epochs=1, verbose=0)


if __name__ == "__main__":
    main()
