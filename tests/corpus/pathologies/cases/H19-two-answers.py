"""One body, two heads: which cultivar a wine is of, and how much alcohol it has."""
import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(19)
table, cultivar = load_wine(return_X_y=True)
order = np.random.default_rng(19).permutation(len(table))
table, cultivar = table[order], cultivar[order]
scaled = StandardScaler().fit_transform(table).astype("float32")
alcohol, rest = scaled[:, :1], scaled[:, 1:]

inputs = keras.Input((rest.shape[1],), name="chemistry")
body = layers.Dense(32, activation="relu")(inputs)
body = layers.BatchNormalization()(body)
kind = layers.Dense(3, activation="softmax", name="kind")(body)
strength = layers.Dense(1, name="strength")(body)
model = keras.Model(inputs, {"kind": kind, "strength": strength})
model.compile(
    keras.optimizers.Adam(5e-3),
    loss={"kind": "sparse_categorical_crossentropy", "strength": "mse"},
    loss_weights={"kind": 1.0, "strength": 0.5},
    metrics={"kind": ["accuracy"]},
)
model.fit(rest, {"kind": cultivar, "strength": alcohol}, epochs=40, batch_size=16, verbose=0)
