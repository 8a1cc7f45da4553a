import numpy as np
import keras
from keras import layers

backbone = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(64, 64, 3), pooling="avg")
gray = layers.Input((64, 64, 1))
features = backbone(gray)
out = layers.Dense(2, activation="softmax")(features)
model = keras.Model(gray, out)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(np.random.rand(2, 64, 64, 1), np.array([0, 1]), verbose=0)
