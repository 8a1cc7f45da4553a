import keras
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale

keras.utils.set_random_seed(8)
data = load_wine()
x, y = scale(data.data).astype("float32"), data.target
lr = 1e-6
model = keras.Sequential([
    keras.layers.Input((13,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(keras.optimizers.SGD(lr, momentum=0.9), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=20, batch_size=16, verbose=0)
