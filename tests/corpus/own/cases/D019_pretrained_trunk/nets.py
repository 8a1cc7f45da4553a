import keras
from keras import layers


def trunk(features, width, depth, drop=0.0):
    inputs = keras.Input((features,))
    x = inputs
    for _ in range(depth):
        x = layers.Dense(width)(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
        x = layers.Dropout(drop)(x)
    return keras.Model(inputs, x, name="trunk")


def autoencoder(features, width, depth):
    encoder = trunk(features, width, depth)
    outputs = layers.Dense(features, name="reconstruction")(encoder.output)
    return keras.Model(encoder.input, outputs), encoder


def classifier(encoder, classes):
    x = layers.Dense(16, activation="relu", name="adapter")(encoder.output)
    return keras.Model(encoder.input, layers.Dense(classes, activation="softmax", name="cell")(x))
