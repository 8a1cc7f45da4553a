"""One convolutional stream per kind of input, joined late."""
import keras
from keras import layers


class Stream:
    def __init__(self, name, widths=(16, 24)):
        self.name = name
        self.widths = widths

    def __call__(self, x):
        for depth, width in enumerate(self.widths):
            x = layers.Conv2D(width, 3, padding="same", name=f"{self.name}_conv{depth}")(x)
            x = layers.BatchNormalization(name=f"{self.name}_bn{depth}")(x)
            x = layers.ReLU(name=f"{self.name}_relu{depth}")(x)
            x = layers.AveragePooling2D(2, name=f"{self.name}_pool{depth}")(x)
        return layers.GlobalAveragePooling2D(name=f"{self.name}_vector")(x)


def build_two_stream(side, channels, flow_frames, actions):
    picture = keras.Input((side, side, channels), name="picture")
    motion = keras.Input((side, side, 2 * flow_frames), name="motion")
    looks = Stream("looks")(picture)
    moves = Stream("moves", widths=(16, 32))(motion)
    x = layers.Concatenate(name="fusion")([looks, moves])
    x = layers.Dropout(0.3, name="drop")(x)
    x = layers.Dense(actions, activation="softmax", name="action")(x)
    return keras.Model({"picture": picture, "motion": motion}, x, name="two_stream")
