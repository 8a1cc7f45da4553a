import numpy as np
from keras.models import Model
from keras.layers import Input, Conv2D, GlobalAveragePooling2D, Dense, Dropout, BatchNormalization

photo = Input((32, 32, 3))
f = Conv2D(16, 3, strides=2, activation="relu")(photo)
f = GlobalAveragePooling2D(name="AvgPool")(f)
f = Dropout(0.2)(f)
f = Dense(12, name="Bottleneck")(f)
f = BatchNormalization(name="Bottleneck_bn")(f)
base_model = Model(photo, f)

x = base_model.output
x = GlobalAveragePooling2D()(x)
x = Dense(32, activation="relu")(x)
predictions = Dense(7, activation="softmax")(x)
model = Model(base_model.input, predictions)
model.compile("rmsprop", "sparse_categorical_crossentropy")
model.fit(np.random.rand(7, 32, 32, 3), np.arange(7), verbose=0)
