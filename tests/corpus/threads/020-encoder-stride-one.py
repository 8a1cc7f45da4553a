import numpy as np
import keras
from keras import layers

STRIDE = 1
FILTERS = 8


def down(x, filters):
    x = layers.Conv2D(filters, 3, strides=STRIDE, padding="same")(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)


def up(x, skip, filters):
    x = layers.UpSampling2D(2)(x)
    x = layers.Concatenate()([x, skip])
    return layers.Conv2D(filters, 3, padding="same", activation="relu")(x)


inp = layers.Input((32, 48, 3))
e1 = layers.Conv2D(FILTERS, 3, padding="same")(inp)
e2 = down(e1, FILTERS * 2)
e3 = down(e2, FILTERS * 4)
d2 = up(e3, e2, FILTERS * 2)
d1 = up(d2, e1, FILTERS)
model = keras.Model(inp, layers.Conv2D(4, 1, activation="softmax")(d1))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(np.random.rand(2, 32, 48, 3), np.random.randint(0, 4, (2, 32, 48)), verbose=0)
