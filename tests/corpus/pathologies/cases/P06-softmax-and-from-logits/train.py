"""Trains the classifier of net.py on digits."""
import keras
import tensorflow as tf
from sklearn.datasets import load_digits

from net import DigitNet

BATCH = 64


def pipeline(x, y, training):
    ds = tf.data.Dataset.from_tensor_slices((x, y))
    if training:
        ds = ds.shuffle(len(x), seed=1)
    return ds.batch(BATCH).prefetch(2)


def compile_and_fit(model, train, valid, epochs):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss, metrics=["accuracy"])
    return model.fit(train, validation_data=valid, epochs=epochs, verbose=0)


if __name__ == "__main__":
    keras.utils.set_random_seed(21)
    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8, 1).astype("float32") / 16
    cut = 1400
    model = DigitNet(10)
    compile_and_fit(
        model, pipeline(images[:cut], labels[:cut], True), pipeline(images[cut:], labels[cut:], False), 10
    )
