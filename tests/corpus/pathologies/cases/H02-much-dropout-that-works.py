"""Wide layers, much dropout."""
import keras
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(2)
x, y = load_digits(return_X_y=True)
x_train, x_valid, y_train, y_valid = train_test_split(x / 16.0, y, test_size=0.25, random_state=2)


def block(x, units):
    return layers.Dropout(0.6)(layers.Dense(units, activation="relu")(x))


inputs = keras.Input((64,))
outputs = layers.Dense(10, activation="softmax")(block(block(inputs, 256), 256))
model = keras.Model(inputs, outputs)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_valid, y_valid), epochs=15, verbose=0)
