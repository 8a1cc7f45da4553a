import numpy as np
import keras
from keras import layers
from keras.src.legacy.preprocessing.image import ImageDataGenerator

train_images = np.random.rand(30, 32, 32)
train_labels = np.random.randint(0, 4, 30)
datagen = ImageDataGenerator(horizontal_flip=True)

model = keras.Sequential([
    layers.Input((32, 32, 1)),
    layers.Conv2D(8, 3, activation="relu"),
    layers.GlobalMaxPooling2D(),
    layers.Dense(4, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(datagen.flow(train_images, train_labels, batch_size=10), epochs=1, verbose=0)
