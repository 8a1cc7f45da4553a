import keras
from keras import layers


def residual(x, filters, stride, name):
    shortcut = x
    if stride > 1 or x.shape[-1] != filters:
        shortcut = layers.AveragePooling2D(stride)(x) if stride > 1 else x
        shortcut = layers.Conv2D(filters, 1, name=f"{name}_shortcut")(shortcut)
    y = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    y = layers.BatchNormalization()(y)
    y = layers.ReLU()(y)
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    return layers.ReLU(name=f"{name}_out")(layers.Add(name=f"{name}_add")([shortcut, y]))


def backbone(side):
    image = keras.Input((side, side, 1))
    x = layers.Conv2D(8, 3, padding="same")(image)
    for number, (filters, stride) in enumerate([(8, 1), (16, 2), (16, 1)]):
        x = residual(x, filters, stride, f"res{number}")
    return keras.Model(image, layers.GlobalAveragePooling2D()(x), name="backbone")


def with_head(body, classes, name):
    image = keras.Input(body.input_shape[1:])
    x = body(image, training=False) if not body.trainable else body(image)
    return keras.Model(image, layers.Dense(classes, activation="softmax", name=name)(x))
