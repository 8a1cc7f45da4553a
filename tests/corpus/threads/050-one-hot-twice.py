import numpy as np
import keras
from keras import layers
from keras.utils import to_categorical

letters = np.random.randint(0, 4, 40)
X = np.random.rand(40, 12)
onehot = np.eye(4)[letters]
y = to_categorical(onehot)

model = keras.Sequential([layers.Input((12,)), layers.Dense(10, activation="relu"), layers.Dense(4, activation="softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
model.fit(X, y, epochs=1, batch_size=8, verbose=0)
