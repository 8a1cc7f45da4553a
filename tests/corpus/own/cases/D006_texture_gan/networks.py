"""Generator and critic for small textures."""
import keras
from keras import layers


def generator(noise, side, base=32):
    stem = side // 4
    return keras.Sequential(
        [
            keras.Input((noise,)),
            layers.Dense(stem * stem * base, use_bias=False),
            layers.Reshape((stem, stem, base)),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Conv2DTranspose(base // 2, 4, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh"),
        ],
        name="painter",
    )


def critic(side, channels, base=16):
    net = keras.Sequential(name="critic")
    net.add(keras.Input((side, side, channels)))
    for factor in (1, 2):
        net.add(layers.Conv2D(base * factor, 4, strides=2, padding="same"))
        net.add(layers.LeakyReLU(0.2))
    net.add(layers.Flatten())
    net.add(layers.Dropout(0.3))
    net.add(layers.Dense(1, name="realness"))
    return net
