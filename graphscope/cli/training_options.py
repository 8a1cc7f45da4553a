"""Options of the commands that can look at a training step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from graphscope.cli.options import InputShape
from graphscope.session.steps import StepOptions

F = TypeVar("F", bound=Callable[..., Any])

_NEED_TRAIN = {"target_shapes": "--target-shape", "loss": "--loss", "optimizer": "--optimizer"}


def train_options(command: F) -> F:
    """Add `--train` and what a training step may need besides."""
    decorators = (
        click.option(
            "--train",
            is_flag=True,
            help="Take the training step instead of the call: forward, loss, gradient, update of "
            "each weight, and metrics. The model must be compiled or have a train_step.",
        ),
        click.option(
            "--target-shape",
            "target_shapes",
            type=InputShape(),
            multiple=True,
            metavar="[NAME=]SIZES[:DTYPE]",
            help="With --train: what the loss compares an output with, written like "
            "--input-shape; () for one number a sample. By default inferred from the loss.",
        ),
        click.option(
            "--loss",
            metavar="NAME",
            help="With --train: the loss to assume for a model that is not compiled, as in mse.",
        ),
        click.option(
            "--optimizer",
            metavar="NAME",
            help="With --train: the optimizer to assume for it; adam by default.",
        ),
    )
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def read_step(choices: Mapping[str, Any]) -> StepOptions | None:
    """Return how to trace the training step; None when it was not asked for.

    Raises:
        click.UsageError: when an option was given that needs `--train`.
    """
    if choices.get("train"):
        return StepOptions(
            targets=tuple(choices["target_shapes"]),
            loss=choices["loss"],
            optimizer=choices["optimizer"],
        )
    for name, option in _NEED_TRAIN.items():
        if choices.get(name):
            raise click.UsageError(f"{option} needs --train.")
    return None
