"""Who is speaking?  Batches are cut from long recordings while training."""
import argparse

import keras
import numpy as np
from keras import layers


class Recordings:
    def __init__(self, speakers, seconds, rate, seed):
        rng = np.random.default_rng(seed)
        t = np.arange(seconds * rate) / rate
        self.voices = []
        for _ in range(speakers):
            pitch = rng.uniform(80, 260)
            voice = sum(np.sin(2 * np.pi * pitch * k * t + rng.uniform(0, 6)) / k for k in (1, 2, 3))
            self.voices.append((voice + rng.normal(0, 0.1, len(t))).astype("float32"))

    def cut(self, speaker, start, length):
        return self.voices[speaker][start : start + length]


class Snippets(keras.utils.PyDataset):
    """Random snippets of random speakers, the same ones in every epoch."""

    def __init__(self, recordings, length, batch, batches, seed=0, **kwargs):
        super().__init__(**kwargs)
        self.recordings = recordings
        self.length = length
        self.batch = batch
        self.batches = batches
        self.seed = seed

    def __len__(self):
        return self.batches

    def __getitem__(self, index):
        rng = np.random.default_rng(self.seed + index)
        speakers = rng.integers(0, len(self.recordings.voices), self.batch)
        longest = len(self.recordings.voices[0]) - self.length
        starts = rng.integers(0, longest, self.batch)
        sound = np.stack(
            [self.recordings.cut(who, at, self.length) for who, at in zip(speakers, starts)]
        )
        return {"sound": sound[..., None], "speaker": speakers}


def make_model(length, speakers, filters=(8, 16, 24)):
    sound = keras.Input((length, 1), name="sound")
    x = sound
    for number, count in enumerate(filters):
        x = layers.Conv1D(count, 9, strides=4, activation="relu", name=f"band{number}")(x)
        x = layers.LayerNormalization(name=f"norm{number}")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    return keras.Model(sound, layers.Dense(speakers, activation="softmax", name="speaker")(x))


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--speakers", type=int, default=5)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--length", type=int, default=500)
    options = parser.parse_args(argv)
    keras.utils.set_random_seed(12)
    recordings = Recordings(options.speakers, 4, options.rate, seed=12)
    model = make_model(options.length, options.speakers)
    model.compile(optimizer="nadam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(Snippets(recordings, options.length, 16, 6), epochs=1, verbose=0)
    model.evaluate(Snippets(recordings, options.length, 16, 2, seed=99), verbose=0)
    return model


if __name__ == "__main__":
    main()
