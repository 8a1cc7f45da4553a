import numpy as np
import keras
from keras import layers

img_width, img_height = 80, 24
characters = 20


def build_model():
    image = layers.Input(shape=(img_width, img_width, 1), name="image")
    x = layers.Conv2D(16, (3, 3), activation="relu", padding="same", name="conv1")(image)
    x = layers.MaxPooling2D((2, 2), name="pool1")(x)
    x = layers.Conv2D(32, (3, 3), activation="relu", padding="same", name="conv2")(x)
    x = layers.MaxPooling2D((2, 2), name="pool2")(x)
    new_shape = (img_width // 4, (img_height // 4) * 32)
    x = layers.Reshape(target_shape=new_shape, name="reshape")(x)
    x = layers.Dense(24, activation="relu")(x)
    x = layers.Bidirectional(layers.LSTM(16, return_sequences=True))(x)
    return keras.Model(image, layers.Dense(characters + 1, activation="softmax")(x))


model = build_model()
print(model.predict(np.random.rand(2, img_width, img_height, 1), verbose=0).shape)
