import numpy as np
import keras
from keras.models import Sequential, Model
from keras.layers import Input, Conv2D, MaxPooling2D, Flatten, Dense, Dropout

base_model = Sequential([Input((32, 32, 3)), Conv2D(8, 3, activation="relu"), MaxPooling2D(4), Conv2D(16, 3, activation="relu")])
base_model.trainable = False

top_model = Sequential()
top_model.add(Flatten(input_shape=base_model.output_shape))
top_model.add(Dense(32, activation="relu"))
top_model.add(Dropout(0.5))
top_model.add(Dense(5, activation="softmax"))

model = Model(inputs=base_model.inputs, outputs=top_model(base_model.outputs[0]))
model.compile(loss="categorical_crossentropy", optimizer="sgd", metrics=["accuracy"])
model.fit(np.random.rand(10, 32, 32, 3), keras.utils.to_categorical(np.arange(10) % 5, 5), verbose=0)
