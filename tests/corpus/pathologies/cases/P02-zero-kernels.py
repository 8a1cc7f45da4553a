"""Digits, with a small multilayer perceptron."""
import keras
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

COMMON = dict(
    activation="relu",
    kernel_initializer="zeros",
    bias_initializer="zeros",
)


class Perceptron(keras.Model):
    def __init__(self, classes, width=64, depth=2, **kwargs):
        super().__init__(**kwargs)
        self.hidden = [layers.Dense(width, name=f"fc{i}", **COMMON) for i in range(depth)]
        self.head = layers.Dense(classes, activation="softmax", name="head")

    def call(self, inputs):
        x = inputs
        for layer in self.hidden:
            x = layer(x)
        return self.head(x)


def get_data():
    images, labels = load_digits(return_X_y=True)
    images = (images / 16.0).astype("float32")
    return train_test_split(images, labels, test_size=0.2, random_state=0, stratify=labels)


keras.utils.set_random_seed(2)
x_train, x_test, y_train, y_test = get_data()
net = Perceptron(classes=10)
net.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
net.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=12, batch_size=32, verbose=0)
loss, accuracy = net.evaluate(x_test, y_test, verbose=0)
print(f"test accuracy {accuracy:.3f}")
