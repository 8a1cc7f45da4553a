"""Digits, kept simple by a penalty."""
import keras
from keras import layers, regularizers
from sklearn.datasets import load_digits

PENALTY = 0.1


def penalised(units, activation, name):
    return layers.Dense(
        units,
        activation=activation,
        kernel_regularizer=regularizers.L1(PENALTY),
        name=name,
    )


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.a = penalised(64, "relu", "a")
        self.b = penalised(32, "relu", "b")
        self.out = penalised(10, "softmax", "out")

    def call(self, x):
        return self.out(self.b(self.a(x)))


keras.utils.set_random_seed(40)
x, y = load_digits(return_X_y=True)
x = x / 16.0
net = Net()
net.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
net.fit(x, y, epochs=12, batch_size=32, validation_split=0.2, verbose=0)
