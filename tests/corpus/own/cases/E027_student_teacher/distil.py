"""Distil a recurrent teacher into a small convolutional student."""
import argparse

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

STEPS, SIGNALS, KINDS = 30, 4, 3


def motions(count, seed):
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, KINDS, count)
    t = np.linspace(0, 1, STEPS)[None, :, None]
    speed = (1 + kind)[:, None, None] * 2 * np.pi
    wave = np.sin(speed * t + np.arange(SIGNALS)) + rng.normal(0, 0.3, (count, STEPS, SIGNALS))
    return wave.astype("float32"), kind


def teacher():
    record = keras.Input((STEPS, SIGNALS))
    x = layers.Bidirectional(layers.LSTM(24))(record)
    return keras.Model(record, layers.Dense(KINDS)(x), name="teacher")


def student():
    record = keras.Input((STEPS, SIGNALS))
    x = layers.Conv1D(12, 5, activation="relu")(record)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(record, layers.Dense(KINDS)(x), name="student")


class Distiller(keras.Model):
    """Only the student is trained; the teacher's scores soften the labels."""

    def __init__(self, teacher, student, share, warmth, **kwargs):
        super().__init__(**kwargs)
        teacher.trainable = False
        self.teacher, self.student = teacher, student
        self.share, self.warmth = share, warmth
        self.soft = keras.losses.KLDivergence()

    def call(self, x, training=None):
        return self.student(x, training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        hard = super().compute_loss(x, y, y_pred, sample_weight)
        wanted = ops.softmax(self.teacher(x, training=False) / self.warmth)
        given = ops.softmax(y_pred / self.warmth)
        return self.share * hard + (1 - self.share) * self.warmth**2 * self.soft(wanted, given)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--warmth", type=float, default=3.0)
    args = parser.parse_args()
    keras.utils.set_random_seed(2)
    x, y = motions(410, 0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    big = teacher()
    big.compile(optimizer=keras.optimizers.Adam(1e-2), loss=loss)
    big.fit(x, y, epochs=3, verbose=0)
    model = Distiller(big, student(), share=0.3, warmth=args.warmth)
    model.compile(optimizer=keras.optimizers.Adam(1e-2), loss=loss, metrics=["accuracy"])
    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x), seed=1).batch(64)
    history = model.fit(data, validation_data=motions(90, 1), epochs=args.epochs, verbose=0)
    print(history.history["val_accuracy"])
    return model, history


if __name__ == "__main__":
    model, history = main()
