import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(5)
x, y = load_digits(return_X_y=True)
x = x / 16.0
keep = 0.03
inp = keras.Input((64,))
h = layers.Dense(64, activation="relu")(inp)
h = layers.Dropout(1 - keep)(h)
h = layers.Dense(64, activation="relu")(h)
h = layers.Dropout(0.97)(h)
model = keras.Model(inp, layers.Dense(10, activation="softmax")(h))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=12, verbose=0)
