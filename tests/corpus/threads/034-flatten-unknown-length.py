import numpy as np
from tensorflow.keras import Model
from tensorflow.keras.layers import Input, Conv1D, MaxPooling1D, Flatten, Dense

points = Input(shape=(None, 3))
g = Conv1D(32, 1, activation="relu")(points)
g = Conv1D(64, 1, activation="relu")(g)
g = MaxPooling1D(pool_size=50)(g)
feature = Flatten()(g)
out = Dense(6, activation="softmax")(feature)
model = Model(points, out)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(np.random.rand(12, 50, 3), np.random.randint(0, 6, 12), verbose=0)
