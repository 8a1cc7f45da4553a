"""Which sport is on the clip?  Frames are already features of an image network."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from pooling import FrameAttention


@dataclass
class Video:
    frames: int = 25
    features: int = 14
    sports: int = 3
    clips: int = 400


def clips(video, seed):
    """Only two frames of a clip show the sport."""
    rng = np.random.default_rng(seed)
    sport = rng.integers(0, video.sports, video.clips)
    x = rng.normal(size=(video.clips, video.frames, video.features))
    for row, kind in zip(x, sport):
        row[rng.integers(0, video.frames, 2), kind] += 4
    return x.astype("float32"), sport


def build(video):
    frames = keras.Input((video.frames, video.features), name="frames")
    x = layers.Dense(16, activation="relu", name="per_frame")(frames)
    x = FrameAttention(12, name="attention")(x)
    sport = layers.Dense(video.sports, activation="softmax", name="sport")(x)
    return keras.Model(frames, sport, name="clips")


def main(video=Video()):
    keras.utils.set_random_seed(63)
    model = build(video)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(*clips(video, seed=0), epochs=3, batch_size=40, verbose=0)
    return model


if __name__ == "__main__":
    model = main()
    attention = model.get_layer("attention")
    sample = keras.random.normal((2, 25, 16), seed=1)
    weights = attention.normalise(attention.score(attention.hidden(sample)))
    print("sum of the weights of a clip:", float(keras.ops.sum(weights[0])))
