"""Runs without a training: logs as a training would write them, with made-up numbers."""

from __future__ import annotations

import math
import random
import time
from pathlib import Path
from typing import Any

from graphscope.runs import Columns, End, Epoch, Event, LayerInfo, Start, Step
from graphscope.runs.log import LogWriter, make_writer_id

NAMES = (
    "loss", "accuracy", "learning_rate", "time/wait", "time/compute", "samples_per_second",
    "memory/process", "overhead",
)  # fmt: skip
LAYERS = (
    LayerInfo("conv", "conv", "Conv2D", "conv", 320, 320, "relu"),
    LayerInfo("dense", "dense", "Dense", "dense", 54090, 54090, "softmax"),
)


class FakeTraining:
    """Writes the log of one training step by step.

    Args:
        folder: of the run.
        seed: of its numbers.
        epoch: steps in one.
        began: seconds since the epoch; by default now.
        writer: id of the log's writer; by default of this process, which lives.
        config: what differs from the usual configuration, by path below `optimizer`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = 0,
        epoch: int = 100,
        began: float | None = None,
        writer: str | None = None,
        learning_rate: float = 1e-3,
        **optimizer: Any,
    ) -> None:
        self.random = random.Random(seed)
        self.step, self.epoch = 0, epoch
        self.began = time.time() if began is None else began
        self.rate = learning_rate
        self.speed = 0.6 + self.random.random()
        writer = writer or make_writer_id()
        self.log = LogWriter(folder, writer)
        config = {
            "optimizer": {"class": "Adam", "learning_rate": learning_rate, **optimizer},
            "loss": "sparse_categorical_crossentropy",
            "fit": {"epochs": 10, "steps_per_epoch": epoch, "batch_size": 64, "samples": 6400},
            "model": {"class": "Sequential", "name": "digits", "parameters": 54410},
        }
        environment = {"keras": "3.15.1", "backend": "jax", "python": "3.11.9"}
        self.log.write(Start(folder.name, writer, self.began, 0, config, environment, LAYERS))
        self.log.write(Columns(0, NAMES))

    def now(self) -> float:
        """When the current step ends, ten milliseconds after the one before."""
        return self.began + self.step * 0.01

    def loss(self) -> float:
        """A loss that falls with noise."""
        progress = 1 - math.exp(-self.speed * self.step / (20 * self.epoch) * 6)
        return 2.3 - 2.1 * progress + self.random.gauss(0, 0.08) * (1.05 - progress)

    def write_step(self, *, at: float | None = None, loss: float | None = None) -> None:
        """Write the next step, and its epoch when it is the last one of it."""
        self.step += 1
        value = self.loss() if loss is None else loss
        accuracy = min(max(1 - value / 2.5, 0.0), 1.0)
        moment = self.now() if at is None else at
        gauss = self.random.gauss
        self.log.write(
            Step(
                self.step, moment, 0,
                (value, accuracy, self.rate * 0.5 ** (self.step // (5 * self.epoch)),
                 abs(gauss(1e-3, 2e-4)), abs(gauss(9e-3, 5e-4)), gauss(6400, 200),
                 1.2e9 + 1e4 * self.step, 0.011),
            )
        )  # fmt: skip
        if self.step % self.epoch == 0:
            self.write_epoch(value, accuracy, moment)

    def write_epoch(self, loss: float, accuracy: float, at: float) -> None:
        """Write the numbers of an epoch, validation worse than training towards the end."""
        number = self.step // self.epoch - 1
        worse = 0.02 * number
        metrics = {
            "loss": loss,
            "accuracy": accuracy,
            "val_loss": loss + worse + abs(self.random.gauss(0, 0.03)),
            "val_accuracy": accuracy - worse / 2,
        }
        self.log.write(Epoch(number, self.step, at, metrics))

    def write_steps(self, count: int) -> FakeTraining:
        """Write some steps."""
        for _ in range(count):
            self.write_step()
        return self

    def write_event(self, kind: str, text: str, level: Any = "warning", **details: Any) -> None:
        """Write that something happened in the last step."""
        self.log.write(Event(self.step, self.now(), kind, text, level, details))

    def end(self, status: Any = "finished", text: str = "") -> None:
        """End the log in order."""
        self.log.write(End(self.step, self.now(), status, text))
        self.log.close()
