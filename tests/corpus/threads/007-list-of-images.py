import numpy as np
import keras
from keras import layers

pictures, ages = [], []
for i in range(12):
    picture = np.random.rand(32, 32, 3)
    pictures.append(picture / 255.0)
    ages.append(20 + i)
ages = np.array(ages)

inp = layers.Input((32, 32, 3))
x = layers.Conv2D(8, 3, activation="relu")(inp)
x = layers.GlobalMaxPooling2D()(x)
model = keras.Model(inp, layers.Dense(1)(x))
model.compile("adam", "mae")
model.fit(pictures, ages, epochs=1, verbose=0)
