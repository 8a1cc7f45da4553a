"""Segment skin lesions into four classes."""
import keras
import numpy as np
import tensorflow as tf
from keras import layers

SETTINGS = {"side": 32, "classes": 4, "width": 16, "batch": 12, "epochs": 2, "axis": 1}


def lesions(count, side, classes, seed=0):
    rng = np.random.default_rng(seed)
    yy, xx = np.mgrid[:side, :side]
    masks = np.zeros((count, side, side), "int32")
    for mask in masks:
        for kind in range(1, classes):
            row, column = rng.integers(6, side - 6, 2)
            mask[np.hypot(yy - row, xx - column) < rng.integers(3, 6)] = kind
    tones = np.linspace(0.1, 0.9, classes)[masks]
    pictures = np.stack([tones, 1 - tones, tones**2], axis=-1)
    pictures += rng.normal(0, 0.05, pictures.shape)
    return pictures.astype("float32"), masks


def pipeline(pictures, masks, batch, shuffle=True):
    data = tf.data.Dataset.from_tensor_slices((pictures, masks[..., None]))
    if shuffle:
        data = data.shuffle(len(pictures), seed=4)
    return data.batch(batch).prefetch(2)


class LesionNet:
    def __init__(self, settings):
        self.settings = settings

    def features(self, x):
        width = self.settings["width"]
        for depth, rate in enumerate((1, 2, 4)):
            y = layers.Conv2D(width, 3, padding="same", dilation_rate=rate, name=f"conv{depth}")(x)
            y = layers.BatchNormalization(name=f"norm{depth}")(y)
            y = layers.ReLU(name=f"relu{depth}")(y)
            x = layers.Concatenate(name=f"dense{depth}")([x, y])
        return x

    def build(self):
        side = self.settings["side"]
        picture = keras.Input((side, side, 3), name="picture")
        x = self.features(picture)
        x = layers.Conv2D(self.settings["classes"], 1, name="scores")(x)
        x = layers.Softmax(axis=self.settings["axis"], name="classes")(x)
        return keras.Model(picture, x, name="lesions")


def main(settings=SETTINGS):
    keras.utils.set_random_seed(50)
    pictures, masks = lesions(60, settings["side"], settings["classes"])
    check = lesions(24, settings["side"], settings["classes"], seed=1)
    model = LesionNet(settings).build()
    model.compile(
        optimizer=keras.optimizers.Adam(5e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(
        pipeline(pictures, masks, settings["batch"]),
        validation_data=pipeline(*check, settings["batch"], shuffle=False),
        epochs=settings["epochs"],
        verbose=0,
    )
    sums = model.predict(pictures[:4], verbose=0).sum(axis=-1)
    print(sums.min(), sums.max())
    return model, history


if __name__ == "__main__":
    model, history = main()
