import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(36)
x, y = load_digits(return_X_y=True)
x = x / 16.0
model = keras.Sequential([layers.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(1, activation="sigmoid", name="digit")])
model.compile(optimizer="adam", loss="mean_squared_error", metrics=["mae"])
model.fit(x, y.astype("float32"), epochs=10, verbose=0)
