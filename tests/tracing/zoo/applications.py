"""Every model of keras.applications, without weights."""

from __future__ import annotations

import functools
import inspect

import keras

from tests.tracing.zoo.examples import Example, Make

NAMES = sorted(
    name
    for name, value in vars(keras.applications).items()
    if inspect.isfunction(value) and name[0].isupper()
)


def make_application(name: str) -> Example:
    """Return a model as its paper has it, without weights."""
    return getattr(keras.applications, name)(weights=None), None


MODELS: dict[str, Make] = {
    f"app_{name.lower()}": functools.partial(make_application, name) for name in NAMES
}
