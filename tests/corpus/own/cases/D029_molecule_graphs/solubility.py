"""Solubility of small molecules."""
from dataclasses import dataclass, field

import keras
import numpy as np
from keras import layers

from graph_layers import GraphConvolution, Readout


@dataclass
class Chemistry:
    atoms: int = 14
    features: int = 8
    hidden: list = field(default_factory=lambda: [20, 12])
    molecules: int = 160


def molecules(cfg, seed):
    rng = np.random.default_rng(seed)
    bonds = rng.random((cfg.molecules, cfg.atoms, cfg.atoms)) < 0.15
    bonds = bonds | bonds.transpose(0, 2, 1) | np.eye(cfg.atoms, dtype=bool)
    element = rng.integers(0, cfg.features, (cfg.molecules, cfg.atoms))
    atoms = np.eye(cfg.features)[element]
    polar = (element < 3).sum(1) / cfg.atoms
    solubility = 4 * polar - bonds.sum((1, 2)) / cfg.atoms + rng.normal(0, 0.1, cfg.molecules)
    return (
        {"atoms": atoms.astype("float32"), "bonds": bonds.astype("float32")},
        solubility.astype("float32")[:, None],
    )


def build(cfg):
    atoms = keras.Input((cfg.atoms, cfg.features), name="atoms")
    bonds = keras.Input((cfg.atoms, cfg.atoms), name="bonds")
    x = atoms
    for number, units in enumerate(cfg.hidden):
        x = GraphConvolution(units, name=f"graph{number}")(x, bonds)
        x = layers.Dropout(0.05)(x)
    x = Readout(name="readout")(x)
    return keras.Model([atoms, bonds], layers.Dense(1, name="solubility")(x), name="molecules")


if __name__ == "__main__":
    keras.utils.set_random_seed(45)
    cfg = Chemistry()
    model = build(cfg)
    model.compile(optimizer="adam", loss="mse")
    inputs, target = molecules(cfg, seed=45)
    model.fit(inputs, target, batch_size=32, epochs=1, verbose=0)
