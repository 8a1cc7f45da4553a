import numpy as np
import keras
from keras import layers

nb_rows, nb_cols, nb_labels = 16, 16, 3
images = np.random.rand(10, nb_rows, nb_cols, 3)
masks = np.random.randint(0, nb_labels, (10, nb_rows, nb_cols, 1))

inputs = layers.Input((nb_rows, nb_cols, 3))
x = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
x = layers.Conv2D(nb_labels, 1)(x)
x = layers.Reshape((nb_rows * nb_cols, nb_labels))(x)
outputs = layers.Activation("softmax")(x)
model = keras.Model(inputs, outputs)
model.compile("adam", loss="sparse_categorical_crossentropy")
model.fit(images, masks, batch_size=5, epochs=1, verbose=0)
