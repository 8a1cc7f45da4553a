import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_breast_cancer

keras.utils.set_random_seed(1)
x, y = load_breast_cancer(return_X_y=True)
x = ((x - x.mean(0)) / x.std(0)).astype("float32")
treated = y * 3.0 + 1.0
table = np.column_stack([x[:, :8], treated])
model = keras.Sequential([layers.Input((9,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(table, y, validation_split=0.2, epochs=10, verbose=0)
leaks = float(max(abs(np.corrcoef(table[:, i], y)[0, 1]) for i in range(table.shape[1])))
