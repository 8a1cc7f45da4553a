import numpy as np
import keras
from keras import layers

a_feature = keras.Input((10,), name="a_feature")
h = layers.Dense(12, activation="relu")(a_feature)
probability = layers.Dense(1, activation="sigmoid")(h)
regression = layers.Dense(1)(h)
model = keras.Model(inputs=a_feature, outputs=[probability, regression])
model.compile(optimizer="rmsprop",
              loss={"probability": "binary_crossentropy", "regression": "mse"})
X = np.random.rand(16, 10)
model.fit(X, [np.random.randint(0, 2, 16), np.random.rand(16)], epochs=1, verbose=0)
