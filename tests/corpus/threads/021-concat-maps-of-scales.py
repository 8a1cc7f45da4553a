import numpy as np
import keras
from keras.layers import Input, Conv2D, MaxPooling2D, concatenate, Dense, Flatten, Reshape

image = Input((38, 38, 3))
f1 = Conv2D(8, 3, padding="same", activation="relu")(image)
f2 = Conv2D(8, 3, padding="same", activation="relu")(MaxPooling2D()(f1))
f3 = Conv2D(8, 3, padding="same", activation="relu")(MaxPooling2D()(f2))
scores = []
for i, feature in enumerate([f1, f2, f3]):
    conf = Conv2D(4, 3, padding="same", name=f"conf_{i}")(feature)
    scores.append(conf)
mbox_conf = concatenate(scores, axis=1, name="mbox_conf")
predictions = Reshape((-1, 4))(mbox_conf)
ssd = keras.Model(image, predictions)
ssd.compile("adam", "mse")
print(ssd.predict(np.random.rand(1, 38, 38, 3), verbose=0).shape)
