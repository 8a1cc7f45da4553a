import numpy as np
from keras import models, layers

train_data = np.random.rand(40, 13).astype(np.float32)
train_targets = np.random.rand(40).astype(np.float32)

model = models.Sequential()
model.add(layers.Input((13,)))
model.add(layers.Dense(64, activation="relu"))
model.add(layers.Dense(1))
model.compile(optimizer="rmsprop", loss="mse", metrics=["mae"])
model.fit(train_data, train_targets, epochs=2, batch_size=10, verbose=0)

prediction = model.predict(train_data, verbose=0)
errors = np.square(np.subtract(train_targets, prediction))
print(errors.mean(), model.evaluate(train_data, train_targets, verbose=0))
