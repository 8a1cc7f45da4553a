"""Will there be a claim?  A wide linear part and a deep part with embeddings."""
import argparse

import keras
from keras import layers

from features import CARS, REGIONS, dataset, lookups, numbers, policies

SIZES = {"region": len(REGIONS), "car": len(CARS)}


class WideAndDeep:
    def __init__(self, scalers, width):
        self.scalers = scalers
        self.width = width

    def deep(self, inputs):
        parts = []
        for name, size in SIZES.items():
            vector = layers.Embedding(size, 3, name=f"{name}_vector")(inputs[name])
            parts.append(layers.Flatten()(vector))
        x = layers.concatenate(parts + self.scaled(inputs))
        for units in self.width:
            x = layers.Dense(units, activation="relu")(x)
        return x

    def scaled(self, inputs):
        return [layers.Reshape((1,))(scale(inputs[name])) for name, scale in self.scalers.items()]

    def build(self):
        inputs = {name: keras.Input((1,), dtype="int32", name=name) for name in SIZES}
        inputs |= {name: keras.Input((1,), name=name) for name in self.scalers}
        wide = layers.concatenate(self.scaled(inputs))
        joined = layers.concatenate([wide, self.deep(inputs)])
        claim = layers.Dense(1, activation="sigmoid", name="claim")(joined)
        return keras.Model(inputs, claim, name="wide_and_deep")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--batch", type=int, default=50)
    args = parser.parse_args()
    keras.utils.set_random_seed(6)
    table, claims = policies(args.rows, seed=6)
    model = WideAndDeep(numbers(table), (16, 8)).build()
    model.compile("adam", loss="binary_crossentropy", metrics=["AUC"])
    index = lookups()
    model.fit(dataset(table, claims, index, args.batch), epochs=1, verbose=0)
    fresh = policies(args.rows // 4, seed=7)
    print(model.evaluate(dataset(*fresh, index, args.batch), verbose=0, return_dict=True))


if __name__ == "__main__":
    main()
