import numpy as np
import keras
from keras import layers

nb_samples, nb_channels, length = 18, 4, 50
ecg = np.random.rand(nb_samples, nb_channels, length)
y = np.random.randint(0, 2, nb_samples)

model = keras.Sequential([
    layers.Input((length, nb_channels)),
    layers.Conv1D(8, 5, activation="relu"),
    layers.MaxPooling1D(2),
    layers.Flatten(),
    layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "binary_crossentropy")
model.fit(ecg, y, epochs=1, verbose=0)
