import keras
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(4)
features, malignant = load_breast_cancer(return_X_y=True)
features = StandardScaler().fit_transform(features)

net = keras.Sequential()
net.add(keras.layers.Input(shape=(30,)))
net.add(keras.layers.Dense(24, activation="relu"))
net.add(keras.layers.Dense(12, activation="relu"))
net.add(keras.layers.Dense(1, name="score"))
net.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
net.fit(features, malignant, epochs=10, batch_size=16, verbose=0)
