"""Sort recyclables on a conveyor."""
import keras
import numpy as np

from mobile import mobile

KINDS = ("glass", "paper", "metal", "plastic", "organic")


def conveyor(count, side, seed):
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, len(KINDS), count)
    colour = np.random.default_rng(0).uniform(size=(len(KINDS), 3))
    photos = rng.normal(0.5, 0.1, (count, side, side, 3))
    photos[:, side // 4 : -side // 4, side // 4 : -side // 4] += colour[kind][:, None, None]
    return photos.astype("float32"), keras.utils.to_categorical(kind, len(KINDS))


def main(side=40):
    keras.utils.set_random_seed(43)
    model = mobile((side, side, 3), len(KINDS))
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    model.fit(*conveyor(80, side, 1), batch_size=16, epochs=1, verbose=0)


if __name__ == "__main__":
    main()
