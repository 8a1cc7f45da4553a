import numpy as np
import keras
from keras import layers

wide = np.random.rand(20, 12, 16, 3)
tall = np.random.rand(40, 16, 12, 3)
y_wide, y_tall = np.random.rand(20), np.random.rand(40)

in_wide = layers.Input((12, 16, 3), name="wide")
in_tall = layers.Input((16, 12, 3), name="tall")
a = layers.Dense(1, name="out_wide")(layers.Flatten()(in_wide))
b = layers.Dense(1, name="out_tall")(layers.Flatten()(in_tall))
model = keras.Model([in_wide, in_tall], [a, b])
model.compile("adam", {"out_wide": "mse", "out_tall": "mse"})
model.fit({"wide": wide, "tall": tall}, {"out_wide": y_wide, "out_tall": y_tall}, epochs=1, verbose=0)
