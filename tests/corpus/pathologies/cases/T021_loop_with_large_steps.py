import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(22)
rng = np.random.default_rng(10)
x = rng.normal(size=(512, 20)).astype("float32")
y = (x @ rng.normal(size=(20, 1)) * 2).astype("float32")
model = keras.Sequential([layers.Input((20,)), layers.Dense(64, activation="relu"), layers.Dense(1)])
opt = keras.optimizers.SGD(learning_rate=1.5)
mse = keras.losses.MeanSquaredError()


@tf.function
def step(xb, yb):
    with tf.GradientTape() as tape:
        loss = mse(yb, model(xb, training=True))
    opt.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


curve = []
for epoch in range(12):
    for i in range(0, 512, 32):
        curve.append(float(step(x[i:i + 32], y[i:i + 32])))
final = curve[-1]
