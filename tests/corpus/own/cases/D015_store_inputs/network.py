import keras
from keras import layers


class SalesNetwork:
    """Three encoders, one number."""

    def __init__(self, days, districts, width):
        self.days = days
        self.districts = districts
        self.width = width
        self.inputs = {}

    def declare(self, name, shape, **kwargs):
        self.inputs[name] = keras.Input(shape, name=name, **kwargs)
        return self.inputs[name]

    def encode_history(self):
        history = self.declare("history", (self.days, 1))
        x = layers.Conv1D(self.width, 7, activation="relu", name="week")(history)
        return layers.GRU(self.width, name="season")(x)

    def encode_promotion(self):
        promotion = self.declare("promotion", (7,))
        return layers.Dense(self.width // 2, activation="relu", name="promo_dense")(promotion)

    def encode_district(self):
        district = self.declare("district", (1,), dtype="int32")
        return layers.Flatten()(layers.Embedding(self.districts, 4, name="where")(district))

    def build(self):
        parts = [self.encode_history(), self.encode_promotion(), self.encode_district()]
        x = layers.Concatenate(name="all")(parts)
        x = layers.Dense(self.width, activation="relu", name="mix")(x)
        return keras.Model(self.inputs, layers.Dense(1, name="sales")(x), name="shop_sales")
