"""Will a visitor buy?  Page ids and dwell times of a session, read by one recurrent network."""
import argparse

import keras
import numpy as np
from keras import layers


class SessionModel:
    """Builder with one method per part, so that variants can override them."""

    join_axis = 1

    def __init__(self, pages, steps, signals, page_width=9, signal_width=5, units=15):
        self.pages = pages
        self.steps = steps
        self.signals = signals
        self.page_width = page_width
        self.signal_width = signal_width
        self.units = units

    def page_part(self, ids):
        vectors = layers.Embedding(self.pages, self.page_width, name="page_vectors")(ids)
        return layers.SpatialDropout1D(0.1, name="page_dropout")(vectors)

    def signal_part(self, signals):
        scaled = layers.BatchNormalization(name="signal_scale")(signals)
        return layers.Dense(self.signal_width, activation="tanh", name="signal_vectors")(scaled)

    def join(self, *parts):
        return layers.Concatenate(axis=self.join_axis, name="clicks")(list(parts))

    def build(self):
        ids = keras.Input((self.steps,), dtype="int32", name="page_ids")
        signals = keras.Input((self.steps, self.signals), name="signals")
        x = self.join(self.page_part(ids), self.signal_part(signals))
        x = layers.Bidirectional(layers.GRU(self.units), name="session")(x)
        x = layers.Dense(self.units, activation="relu", name="summary")(x)
        return keras.Model([ids, signals], layers.Dense(1, activation="sigmoid", name="buys")(x))


def sessions(count, pages, steps, signals, seed):
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, pages, (count, steps))
    dwell = rng.exponential(1.0, (count, steps, signals))
    buys = (dwell[:, -3:, 0].sum(1) + (ids == 7).sum(1) > 3.2).astype("float32")
    return [ids, dwell.astype("float32")], buys[:, None]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--signals", type=int, default=3)
    parser.add_argument("--batch", type=int, default=30)
    args = parser.parse_args()
    keras.utils.set_random_seed(41)
    model = SessionModel(args.pages, args.steps, args.signals).build()
    model.compile("adam", "binary_crossentropy", metrics=[keras.metrics.AUC(name="auc")])
    x, y = sessions(300, args.pages, args.steps, args.signals, seed=41)
    model.fit(x, y, batch_size=args.batch, validation_split=0.2, epochs=1, verbose=0)


if __name__ == "__main__":
    main()
