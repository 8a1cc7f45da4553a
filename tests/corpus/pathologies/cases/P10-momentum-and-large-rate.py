"""Breast cancer data, plain SGD."""
import argparse

import keras
from keras import layers
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=2.0)
parser.add_argument("--momentum", type=float, default=0.95)
parser.add_argument("--epochs", type=int, default=12)
args = parser.parse_args()


class Trainer:
    def __init__(self, args):
        self.args = args
        self.scaler = StandardScaler()

    def data(self):
        x, y = load_breast_cancer(return_X_y=True)
        train, test, y_train, y_test = train_test_split(x, y, test_size=0.25, random_state=1)
        return self.scaler.fit_transform(train), self.scaler.transform(test), y_train, y_test

    def model(self, width):
        body = [keras.Input((width,))]
        body += [layers.Dense(64, activation="relu") for _ in range(4)]
        body += [layers.Dense(1, activation="sigmoid")]
        return keras.Sequential(body)

    def run(self):
        train, test, y_train, y_test = self.data()
        model = self.model(train.shape[1])
        optimizer = keras.optimizers.SGD(self.args.lr, momentum=self.args.momentum)
        model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
        model.fit(train, y_train, validation_data=(test, y_test), batch_size=16, epochs=self.args.epochs, verbose=0)
        return model


keras.utils.set_random_seed(6)
model = Trainer(args).run()
