import argparse

import keras

from data import shops, to_batches
from network import SalesNetwork


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=35)
    parser.add_argument("--width", type=int, default=14)
    args = parser.parse_args()
    keras.utils.set_random_seed(23)
    model = SalesNetwork(args.days, districts=9, width=args.width).build()
    model.compile(optimizer="adam", loss="mean_absolute_error")
    train = to_batches(*shops(200, args.days, seed=0), 40)
    test = to_batches(*shops(60, args.days, seed=1), 40)
    model.fit(train, validation_data=test, epochs=1, verbose=0)
    print(model.evaluate(test, verbose=0))


if __name__ == "__main__":
    main()
