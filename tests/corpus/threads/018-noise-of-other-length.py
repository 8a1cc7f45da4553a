import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, Input, LeakyReLU, Reshape, UpSampling2D, Conv2D


def build_generator():
    model = Sequential()
    model.add(Input((128,)))
    model.add(Dense(7 * 7 * 16))
    model.add(LeakyReLU(0.2))
    model.add(Reshape((7, 7, 16)))
    model.add(UpSampling2D())
    model.add(Conv2D(16, 5, padding="same"))
    model.add(LeakyReLU(0.2))
    model.add(UpSampling2D())
    model.add(Conv2D(1, 4, padding="same", activation="sigmoid"))
    return model


generator = build_generator()
imgs = generator.predict(np.random.randn(4, 100), verbose=0)
print(imgs.shape)
