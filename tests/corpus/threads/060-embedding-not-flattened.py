import numpy as np
import keras
from keras import layers

CATEGORIES = {"day": 7, "payment": 5}
inputs, encoded = {}, []
for name, size in CATEGORIES.items():
    inputs[name] = layers.Input((1,), name=name, dtype="int32")
    encoded.append(layers.Embedding(size, 4, name=f"{name}_emb")(inputs[name]))
inputs["trip"] = layers.Input((3,), name="trip")
encoded.append(inputs["trip"])

x = layers.Concatenate(name="features")(encoded)
x = layers.Dense(16, activation="relu")(x)
model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
model.compile("adam", "binary_crossentropy")
batch = {"day": np.random.randint(0, 7, (20, 1)), "payment": np.random.randint(0, 5, (20, 1)), "trip": np.random.rand(20, 3)}
model.fit(batch, np.random.randint(0, 2, 20), epochs=1, verbose=0)
