import keras
from keras.layers import Dense
from sklearn.datasets import make_circles

keras.utils.set_random_seed(2)
points, ring = make_circles(1200, noise=0.08, factor=0.5, random_state=0)
model = keras.Sequential()
model.add(keras.Input((2,)))
model.add(Dense(64, name="first"))
model.add(Dense(32, name="second"))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"])
model.fit(points, ring, epochs=15, verbose=0)
