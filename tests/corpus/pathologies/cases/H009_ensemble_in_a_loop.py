import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_wine
from sklearn.model_selection import KFold

keras.utils.set_random_seed(47)
x, y = load_wine(return_X_y=True)
scores = []
for train, test in KFold(4, shuffle=True, random_state=0).split(x):
    norm = layers.Normalization()
    norm.adapt(x[train])
    model = keras.Sequential([layers.Input((13,)), norm, layers.Dense(24, activation="relu"), layers.Dense(3, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x[train], y[train], epochs=12, batch_size=16, verbose=0)
    scores.append(model.evaluate(x[test], y[test], verbose=0)[1])
mean = float(np.mean(scores))
