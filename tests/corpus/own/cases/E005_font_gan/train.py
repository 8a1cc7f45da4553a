"""Draw letters with a small adversarial network."""
import keras
import numpy as np

from adversary import LetterGAN, critic, writer

CONFIG = {"noise": 20, "side": 16, "batch": 16, "rate": 2e-4, "epochs": 1}


def alphabet(count, side, seed):
    """Strokes: a vertical bar, one or two horizontal ones."""
    rng = np.random.default_rng(seed)
    letters = -np.ones((count, side, side, 1), "float32")
    for letter in letters:
        column = rng.integers(3, side - 5)
        letter[2:-2, column : column + 2] = 1.0
        for row in rng.choice(np.arange(2, side - 3), size=rng.integers(1, 3), replace=False):
            letter[row : row + 2, column:-2] = 1.0
    return letters


def main(config=CONFIG):
    keras.utils.set_random_seed(2)
    letters = alphabet(96, config["side"], seed=0)
    gan = LetterGAN(
        critic(config["side"]),
        writer(config["noise"], config["side"]),
        noise=config["noise"],
    )
    gan.compile(
        critic_optimizer=keras.optimizers.Adam(config["rate"], beta_1=0.5),
        writer_optimizer=keras.optimizers.Adam(config["rate"], beta_1=0.5),
    )
    history = gan.fit(letters, batch_size=config["batch"], epochs=config["epochs"], verbose=0)
    noise = keras.random.normal((4, config["noise"]))
    drawn = gan.writer.predict(noise, verbose=0)
    print(drawn.shape)
    return gan, history


if __name__ == "__main__":
    gan, history = main()
