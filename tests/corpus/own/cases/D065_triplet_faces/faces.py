"""Tell people apart; afterwards a nearest-neighbour search uses the embedder alone."""
import argparse

import keras
import numpy as np

from triplets import embedder, trainer


class Album(keras.utils.PyDataset):
    def __init__(self, people, side, batch, batches, **kwargs):
        super().__init__(**kwargs)
        self.batch, self.batches = batch, batches
        self.face = np.random.default_rng(0).normal(size=(people, side, side, 1))

    def photo(self, who, rng):
        return (self.face[who] + rng.normal(0, 0.5, self.face[who].shape)).astype("float32")

    def __len__(self):
        return self.batches

    def __getitem__(self, index):
        rng = np.random.default_rng(index)
        who = rng.integers(0, len(self.face), self.batch)
        others = (who + rng.integers(1, len(self.face), self.batch)) % len(self.face)
        photos = {"anchor": self.photo(who, rng), "same": self.photo(who, rng)}
        return ({**photos, "other": self.photo(others, rng)},)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--side", type=int, default=15)
    args = parser.parse_args()
    keras.utils.set_random_seed(91)
    album = Album(args.people, args.side, batch=24, batches=12)
    embed = embedder(args.side, size=10)
    model = trainer(embed, args.side, margin=0.4)
    model.compile(optimizer=keras.optimizers.Adam(3e-3))
    history = model.fit(album, epochs=3, verbose=0)
    rng = np.random.default_rng(999)
    who = np.arange(args.people)
    known = embed.predict(album.photo(who, rng), verbose=0)
    asked = embed.predict(album.photo(who, rng), verbose=0)
    found = np.argmin(((asked[:, None] - known[None]) ** 2).sum(-1), axis=1)
    return history, float((found == who).mean())


if __name__ == "__main__":
    history, hits = main()
