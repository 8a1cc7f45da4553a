"""Temporal convolutional blocks."""
import keras
from keras import layers


class TemporalBlock:
    """Two dilated convolutions and a shortcut."""

    def __init__(self, channels, kernel, dilation, drop, tag):
        self.channels = channels
        self.kernel = kernel
        self.dilation = dilation
        self.drop = drop
        self.tag = tag

    def __call__(self, x):
        y = layers.Conv1D(
            self.channels,
            self.kernel,
            dilation_rate=self.dilation,
            padding="causal",
            activation="relu",
            name=f"{self.tag}_first",
        )(x)
        y = layers.SpatialDropout1D(self.drop)(y)
        y = layers.Conv1D(
            self.channels,
            self.kernel,
            dilation_rate=self.dilation,
            activation="relu",
            name=f"{self.tag}_second",
        )(y)
        if x.shape[-1] != self.channels:
            x = layers.Conv1D(self.channels, 1, name=f"{self.tag}_match")(x)
        return layers.add([x, y], name=f"{self.tag}_sum")


def make_tcn(steps, sensors, actions, settings):
    signal = keras.Input((steps, sensors), name="signal")
    h = signal
    for level, channels in enumerate(settings["channels"]):
        block = TemporalBlock(channels, settings["kernel"], 2**level, settings["drop"], f"tcn{level}")
        h = block(h)
    h = layers.GlobalMaxPooling1D()(h)
    action = layers.Dense(actions, activation="softmax", name="action")(h)
    return keras.Model(signal, action, name="gait")
