"""Principal components by gradient descent."""
import keras
from keras import layers
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(1)
rows = StandardScaler().fit_transform(load_breast_cancer().data)
code_size = 5


def linear_autoencoder(n, code):
    inputs = keras.Input((n,))
    code = layers.Dense(code, use_bias=False, name="components")(inputs)
    return keras.Model(inputs, layers.Dense(n, use_bias=False, name="back")(code))


model = linear_autoencoder(rows.shape[1], code_size)
model.compile(keras.optimizers.Adam(0.01), "mse")
model.fit(rows, rows, epochs=30, batch_size=32, verbose=0)
