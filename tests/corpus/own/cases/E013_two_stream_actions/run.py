"""Recognise actions from one picture and a stack of motion fields."""
import argparse

import keras
import numpy as np

from streams import build_two_stream


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=32)
    parser.add_argument("--channels", type=int, default=3)
    parser.add_argument("--flow-frames", type=int, default=4)
    parser.add_argument("--actions", type=int, default=6)
    parser.add_argument("--clips", type=int, default=96)
    parser.add_argument("--epochs", type=int, default=1)
    return parser.parse_args()


def film(args, seed=0):
    """A patch that moves in one of six directions."""
    rng = np.random.default_rng(seed)
    action = rng.integers(0, args.actions, args.clips)
    picture = rng.uniform(0, 0.2, (args.clips, args.side, args.side, args.channels))
    motion = rng.normal(0, 0.1, (args.clips, args.side, args.side, 2 * args.flow_frames))
    angle = 2 * np.pi * action / args.actions
    for n in range(args.clips):
        top, left = rng.integers(4, args.side - 12, 2)
        picture[n, top : top + 8, left : left + 8] += 0.7
        motion[n, top : top + 8, left : left + 8, 0::2] += np.cos(angle[n])
        motion[n, top : top + 8, left : left + 8, 1::2] += np.sin(angle[n])
    inputs = {"picture": picture.astype("float32"), "motion": motion.astype("float32")}
    return inputs, keras.utils.to_categorical(action, args.actions)


def main():
    args = read_arguments()
    keras.utils.set_random_seed(44)
    inputs, labels = film(args)
    model = build_two_stream(args.side, args.flow_frames, args.channels, args.actions)
    model.compile(
        optimizer=keras.optimizers.SGD(0.05, momentum=0.9),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(inputs, labels, validation_split=0.25, epochs=args.epochs, verbose=0)
    print(history.history["val_accuracy"])
    return model, history


if __name__ == "__main__":
    model, history = main()
