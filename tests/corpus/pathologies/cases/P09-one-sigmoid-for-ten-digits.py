import keras
from keras import layers
from sklearn.datasets import load_digits

input_nodes = 64
hl1_nodes = 64
output_nodes = 1


def load_data():
    digits = load_digits()
    data = digits.images.reshape(len(digits.images), input_nodes) / 16.0
    half = len(data) * 4 // 5
    return (data[:half], digits.target[:half]), (data[half:], digits.target[half:])


(X_train, y_train), (X_test, y_test) = load_data()
keras.utils.set_random_seed(33)

model = keras.Sequential()
model.add(keras.Input((input_nodes,)))
model.add(layers.Dense(hl1_nodes, activation="relu"))
model.add(layers.Dense(output_nodes, activation="sigmoid"))

model.compile(
    optimizer="adam",
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(x=X_train, y=y_train, validation_split=0.33, verbose=0, epochs=10)
print(model.evaluate(X_test, y_test, verbose=0))
