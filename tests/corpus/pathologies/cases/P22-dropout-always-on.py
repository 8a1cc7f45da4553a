"""Digits with heavy dropout against overfitting."""
import keras
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


class Regularised(keras.Model):
    """Dense layers, each with dropout behind it."""

    def __init__(self, widths=(48, 48), rate=0.6):
        super().__init__()
        self.hidden = [layers.Dense(width, activation="relu") for width in widths]
        self.drops = [layers.Dropout(rate) for _ in widths]
        self.head = layers.Dense(10, activation="softmax")

    def call(self, x):
        for dense, drop in zip(self.hidden, self.drops):
            x = drop(dense(x), training=True)
        return self.head(x)


images, labels = load_digits(return_X_y=True)
x_train, x_valid, y_train, y_valid = train_test_split(
    (images / 16).astype("float32"), labels, test_size=0.3, random_state=7
)
keras.utils.set_random_seed(24)
model = Regularised()
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_valid, y_valid), epochs=25, batch_size=32, verbose=0)
