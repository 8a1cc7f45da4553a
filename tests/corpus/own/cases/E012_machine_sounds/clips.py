"""Sounds of machines, made when they are asked for."""
import keras
import numpy as np

KINDS = ("fan", "pump", "valve", "belt")
SHARES = np.array([0.5, 0.3, 0.15, 0.05])


class ClipBatches(keras.utils.PyDataset):
    def __init__(self, batches, batch, samples, seed, **kwargs):
        super().__init__(**kwargs)
        self.batches = batches
        self.batch = batch
        self.samples = samples
        self.seed = seed
        self.importance = (1.0 / (len(KINDS) * SHARES)).astype("float32")

    def __len__(self):
        return self.batches

    def _clip(self, kind, rng):
        t = np.arange(self.samples) / self.samples
        wave = np.sin(2 * np.pi * (20 + 15 * kind) * t + rng.uniform(0, 6))
        if kind == 2:
            wave = np.sign(wave)
        return wave + rng.normal(0, 0.2, self.samples)

    def __getitem__(self, index):
        rng = np.random.default_rng((self.seed, index))
        kinds = rng.choice(len(KINDS), self.batch, p=SHARES)
        clips = np.stack([self._clip(kind, rng) for kind in kinds])
        clips = clips[..., None].astype("float32")
        return clips, kinds.astype("int32"), self.importance
