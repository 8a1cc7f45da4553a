"""Dilated causal convolutions in stacks."""
import keras
from keras import layers


class LifeNet:
    def __init__(self, settings):
        self.settings = settings
        self.widths = [settings["width"]] * settings["stacks"]
        self.rates = [2**level for level in range(settings["levels"])]

    def level(self, x, stack, number):
        width, rate = self.widths[number], self.rates[number]
        name = f"s{stack}l{number}"
        y = layers.Conv1D(width, 3, padding="causal", dilation_rate=rate, name=f"{name}_tanh")(x)
        g = layers.Conv1D(width, 3, padding="causal", dilation_rate=rate, name=f"{name}_gate")(x)
        y = layers.Activation("tanh", name=f"{name}_y")(y)
        g = layers.Activation("sigmoid", name=f"{name}_g")(g)
        y = layers.Multiply(name=f"{name}_mul")([y, g])
        skip = layers.Conv1D(width, 1, name=f"{name}_skip")(y)
        return layers.Add(name=f"{name}_add")([x, skip]), skip

    def build_model(self):
        steps, sensors = self.settings["steps"], self.settings["sensors"]
        history = keras.Input((steps, sensors), name="history")
        x = layers.Conv1D(self.settings["width"], 1, name="lift")(history)
        skips = []
        for stack in range(self.settings["stacks"]):
            for number in range(self.settings["levels"]):
                x, skip = self.level(x, stack, number)
                skips.append(skip)
        x = layers.Activation("relu", name="gathered")(layers.Add(name="sum")(skips))
        x = layers.Lambda(lambda t: t[:, -1], name="last")(x)
        return keras.Model(history, layers.Dense(1, name="life")(x), name="life_net")
