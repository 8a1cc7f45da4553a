"""A small convolutional network that reads handwritten digits.

The first model of most courses: two convolutions, each followed by pooling, then a classifier.
Run the file to train it: on MNIST where Keras can download it, otherwise on the smaller digits
that come with scikit-learn.
"""

import keras
import numpy as np
from keras import layers

CLASSES = 10
IMAGE = (28, 28, 1)


def make_model():
    """Return the untrained classifier: 28 by 28 grey images in, ten probabilities out."""
    return keras.Sequential(
        [
            keras.Input(IMAGE),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(CLASSES, activation="softmax"),
        ],
        name="mnist_cnn",
    )


def train(epochs=3, callbacks=()):
    """Train a new model and return it with its accuracy on images it has not seen."""
    (images, labels), (test_images, test_labels) = load_digits()
    model = make_model()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(
        images, labels, batch_size=128, epochs=epochs, validation_split=0.1, callbacks=[*callbacks]
    )
    _, accuracy = model.evaluate(test_images, test_labels, verbose=0)
    return model, accuracy


def load_digits():
    """Return ((images, labels), (test images, test labels)), grey values from 0 to 255."""
    try:
        train_set, test_set = keras.datasets.mnist.load_data()
    except Exception as error:  # noqa: BLE001 - Keras reports a failed download as any of several
        print(f"MNIST cannot be downloaded ({error}).")  # noqa: T201
        print("Training on scikit-learn's digits instead: 1,797 images.")  # noqa: T201
        train_set, test_set = load_small_digits()
    return tuple((images[..., np.newaxis], labels) for images, labels in (train_set, test_set))


def load_small_digits():
    """Return scikit-learn's 8 by 8 digits, enlarged to the size of MNIST's."""
    from sklearn.datasets import load_digits as load_bundled

    digits = load_bundled()
    # Grey values go to 16 there; three times larger and two pixels of margin make 28 by 28.
    images = np.kron(digits.images * (255 / 16), np.ones((1, 3, 3)))
    images = np.pad(images, ((0, 0), (2, 2), (2, 2))).astype("float32")
    order = np.random.default_rng(0).permutation(len(images))
    images, labels = images[order], digits.target[order].astype("int64")
    return (images[:-300], labels[:-300]), (images[-300:], labels[-300:])


if __name__ == "__main__":
    _, reached = train()
    print(f"Accuracy on new images: {reached:.1%}")  # noqa: T201
