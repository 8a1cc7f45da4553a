import numpy as np
import keras
from keras import layers

levels, width = 10, 40
num_heads = 11

inp = layers.Input((levels, width))
q = layers.Dense(width)(inp)
heads = layers.Reshape((levels, num_heads, width // num_heads))(q)
pooled = layers.Lambda(lambda t: keras.ops.mean(t, axis=2))(heads)
out = layers.Dense(1)(layers.Flatten()(pooled))
model = keras.Model(inp, out)
model.compile("adam", "mse")
model.fit(np.random.rand(6, levels, width), np.random.rand(6), verbose=0)
