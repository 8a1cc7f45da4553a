import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(46)
t = np.arange(0, 1200) * 0.1
wave = (np.sin(t) * np.cos(0.3 * t)).astype("float32")
x = np.stack([wave[i:i + 30] for i in range(1100)])[..., None]
y = wave[30:1130, None]
model = keras.Sequential([layers.Input((30, 1)), layers.LSTM(24), layers.Dense(1)])
model.compile(keras.optimizers.Adam(0.01, clipnorm=1.0), "mse")
callbacks = keras.callbacks.CallbackList([keras.callbacks.ReduceLROnPlateau(monitor="loss")], add_history=True, model=model)
model.fit(x, y, 64, 6, 0, [keras.callbacks.TerminateOnNaN()])
