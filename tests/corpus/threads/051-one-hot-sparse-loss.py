import numpy as np
import tensorflow as tf

train_data = np.random.rand(50, 28, 28, 1).astype("float32")
train_labels = tf.keras.utils.to_categorical(np.random.randint(0, 10, 50), num_classes=10)

model = tf.keras.Sequential([
    tf.keras.layers.Input((28, 28, 1)),
    tf.keras.layers.Conv2D(8, 8, strides=2, padding="same", activation="relu"),
    tf.keras.layers.MaxPool2D(2, 1),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(10),
])
loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer="sgd", loss=loss, metrics=["accuracy"])
model.fit(train_data, train_labels, epochs=1, batch_size=25, verbose=0)
