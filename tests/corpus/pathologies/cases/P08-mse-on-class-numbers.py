"""Compare optimizers on digits."""
import keras
from keras import layers
from sklearn.datasets import load_digits

SETTINGS = {
    "loss": "mse",
    "metrics": ["accuracy"],
}


def fresh_model():
    return keras.Sequential(
        [
            keras.Input((64,)),
            layers.Dense(48, activation="relu"),
            layers.Dense(10, activation="softmax", name="probabilities"),
        ]
    )


def run(name, optimizer, x, y):
    keras.utils.set_random_seed(1)
    model = fresh_model()
    model.compile(optimizer=optimizer, **SETTINGS)
    history = model.fit(x, y[:, None], epochs=10, batch_size=32, verbose=0)
    print(f"{name:10} {history.history['loss'][-1]:.4f}")
    return history.history["accuracy"][-1]


x, y = load_digits(return_X_y=True)
x = x.astype("float32") / 16.0
scores = {"rmsprop": run("rmsprop", keras.optimizers.RMSprop(), x, y)}
scores["adam"] = run("adam", keras.optimizers.Adam(), x, y)
