"""Predict a diagnosis from lab values; one lab value was never measured."""
import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_breast_cancer

from scaling import Scaler


def table():
    x, y = load_breast_cancer(return_X_y=True)
    unused = np.zeros((len(x), 1))
    return np.concatenate([x, unused], axis=1), y


np.seterr(all="ignore")
keras.utils.set_random_seed(28)
rows, diagnosis = table()
scaler = Scaler().fit(rows[:450])
x_train, x_test = scaler(rows[:450]), scaler(rows[450:])
model = keras.Sequential(
    [keras.Input((rows.shape[1],)), layers.Dense(16, activation="tanh"), layers.Dense(1, activation="sigmoid")]
)
model.compile("adam", "binary_crossentropy")
model.fit(x_train, diagnosis[:450], validation_data=(x_test, diagnosis[450:]), epochs=6, verbose=0)
