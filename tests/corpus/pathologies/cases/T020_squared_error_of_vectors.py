import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(20)
rng = np.random.default_rng(1)
x = rng.normal(size=(640, 4)).astype("float32")
y = (3 * x[:, 0] - x[:, 2]).astype("float32")

model = keras.Sequential([layers.Input((4,)), layers.Dense(32, activation="relu"), layers.Dense(1)])
optimizer = keras.optimizers.Adam(0.01)
data = tf.data.Dataset.from_tensor_slices((x, y)).batch(64)
losses = []
for epoch in range(20):
    for xb, yb in data:
        with tf.GradientTape() as tape:
            guess = model(xb, training=True)
            loss = tf.reduce_mean((yb - guess) ** 2)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))
    losses.append(float(loss))
r2 = float(1 - ((model.predict(x, verbose=0)[:, 0] - y) ** 2).mean() / y.var())
