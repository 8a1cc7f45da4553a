import numpy as np
import keras
from keras import layers


def get_unet(channels):
    inp = layers.Input((32, 32, channels))
    d = layers.Conv2D(8, 3, padding="same", activation="relu", name="down")(inp)
    p = layers.MaxPooling2D()(d)
    u = layers.UpSampling2D()(layers.Conv2D(16, 3, padding="same", name="mid")(p))
    return keras.Model(inp, layers.Conv2D(1, 1, activation="sigmoid", name="mask")(layers.Concatenate()([u, d])))


get_unet(3).save_weights("zf_unet.weights.h5")

INPUT_CHANNELS = 1
model = get_unet(INPUT_CHANNELS)
model.load_weights("zf_unet.weights.h5")
gray = np.random.rand(2, 32, 32, INPUT_CHANNELS)
print(model.predict(gray, verbose=0).shape)
