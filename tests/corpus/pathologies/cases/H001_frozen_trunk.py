import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(40)
x, y = load_digits(return_X_y=True)
x = x.reshape(-1, 8, 8, 1) / 16.0
trunk = keras.Sequential([layers.Input((8, 8, 1)), layers.Conv2D(24, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten()])
trunk.trainable = False
model = keras.Sequential([trunk, layers.Dense(10, activation="softmax")])
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)
