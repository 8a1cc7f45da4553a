"""Learn to draw glyphs."""
from dataclasses import dataclass

import keras
import numpy as np

from vae import GlyphVAE


@dataclass
class Config:
    side: int = 28
    widths: tuple = (12, 20, 28)
    latent: int = 6
    epochs: int = 1
    batch: int = 32


def glyphs(count, side, seed=0):
    """Crosses, boxes and bars at random places."""
    rng = np.random.default_rng(seed)
    canvas = np.zeros((count, side, side, 1), "float32")
    for image in canvas:
        top, left = rng.integers(2, side // 2, 2)
        size = rng.integers(4, side // 2 - 1)
        image[top : top + size, left] = 1
        image[top, left : left + size] = 1
        if rng.random() < 0.5:
            image[top + size - 1, left : left + size] = 1
    return canvas


def main():
    cfg = Config()
    keras.utils.set_random_seed(1)
    model = GlyphVAE(cfg)
    model.compile(optimizer=keras.optimizers.Adam(1e-3))
    history = model.fit(glyphs(160, cfg.side), epochs=cfg.epochs, batch_size=cfg.batch, verbose=0)
    print(history.history)
    code = np.random.default_rng(0).normal(size=(3, cfg.latent))
    print(model.decoder.predict(code, verbose=0).shape)


if __name__ == "__main__":
    main()
