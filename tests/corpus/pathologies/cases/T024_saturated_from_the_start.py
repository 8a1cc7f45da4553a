import keras
from keras import initializers, layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(25)
x, y = load_digits(return_X_y=True)
x = (x - 8) / 8
wide = initializers.RandomNormal(stddev=5.0)
model = keras.Sequential([
    layers.Input((64,)),
    layers.Dense(64, activation="tanh", kernel_initializer=wide, name="enc1"),
    layers.Dense(64, activation="tanh", kernel_initializer=wide, name="enc2"),
    layers.Dense(10, activation="softmax"),
])
model.compile(keras.optimizers.SGD(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=6, verbose=0)
