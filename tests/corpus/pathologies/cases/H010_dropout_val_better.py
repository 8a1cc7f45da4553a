import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(48)
x, y = load_digits(return_X_y=True)
x = x / 16.0
model = keras.Sequential([
    layers.Input((64,)), layers.Dense(128, activation="relu"), layers.Dropout(0.5), layers.Dense(64, activation="relu"), layers.Dropout(0.5),
    layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, validation_split=0.2, epochs=15, verbose=0)
