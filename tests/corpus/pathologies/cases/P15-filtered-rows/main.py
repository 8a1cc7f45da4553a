import keras
from keras import layers

from data import batches

keras.utils.set_random_seed(15)
train, valid = batches()
model = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(*train, validation_data=valid, batch_size=32, epochs=15, verbose=0)
print(model.evaluate(*valid, verbose=0))
