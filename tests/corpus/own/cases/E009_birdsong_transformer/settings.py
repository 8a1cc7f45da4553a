"""Settings from the command line."""
import argparse
from dataclasses import dataclass


@dataclass
class ListenerConfig:
    frames: int = 96
    bands: int = 32
    patch: int = 8
    width: int = 40
    heads: int = 4
    depth: int = 2
    birds: int = 5
    epochs: int = 1

    @property
    def patches(self):
        return (self.frames // self.patch) ** 2

    @classmethod
    def from_arguments(cls):
        parser = argparse.ArgumentParser()
        parser.add_argument("--epochs", type=int, default=cls.epochs)
        parser.add_argument("--depth", type=int, default=cls.depth)
        parser.add_argument("--patch", type=int, default=cls.patch)
        return cls(**vars(parser.parse_args()))
