"""Which cultivar is it? The wine table."""
import keras
from keras import layers
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler

from config import CONFIG


def block(x, units, config, name):
    x = layers.Dense(units, activation="relu", name=name)(x)
    x = layers.Dropout(config["keep_prob"], name=f"{name}_drop")(x)
    return x


def build(n_features, n_classes, config):
    inputs = keras.Input((n_features,))
    x = inputs
    for number, units in enumerate(config["widths"]):
        x = block(x, units, config, f"block{number}")
    return keras.Model(inputs, layers.Dense(n_classes, activation="softmax")(x))


keras.utils.set_random_seed(5)
x, y = load_wine(return_X_y=True)
x = StandardScaler().fit_transform(x)
model = build(x.shape[1], 3, CONFIG)
model.compile(
    keras.optimizers.Adam(CONFIG["learning_rate"]),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=CONFIG["epochs"] * 2, batch_size=CONFIG["batch_size"], verbose=0)
