"""A stand-in for Keras and its tracer: what the session needs of them, without their weight.

    def test_something(fake_keras: FakeKeras) -> None: ...

User modules in tests may then `import keras`, subclass `keras.Layer` and be "traced": the fake
tracer draws one node for the model and remembers what it was asked.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import Any

import pytest

from graphscope import plugins
from graphscope.graph import Graph
from tests.support.graphs import graph as draw

_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("purelib", "platlib")})


class Layer:
    """What counts as a model."""

    def __init__(self, name: str = "fake") -> None:
        self.name = name

    def call(self) -> None:
        """Run the model; tests override it to fail."""


@dataclass
class FakeKeras:
    """What the fake tracer was asked, and which backend the fake Keras runs on."""

    backend: str = "tensorflow"
    calls: list[tuple[Any, Any, bool]] = field(default_factory=list)
    creations: int = 0

    def trace(self, model: Any, inputs: Any = None, *, ops: bool = True) -> Graph:
        """Trace like a tracer plugin."""
        self.calls.append((model, inputs, ops))
        model.call()
        return draw("x -> dense:Dense -> relu", name=model.name)

    @contextmanager
    def record_creation(self) -> Iterator[None]:
        """Record like the tracers' context manager."""
        self.creations += 1
        yield


@pytest.fixture
def fake_keras(monkeypatch: pytest.MonkeyPatch) -> FakeKeras:
    """Put a fake Keras in the place of Keras, and a fake tracer in the place of ours."""
    fake = FakeKeras()
    keras = ModuleType("keras")
    keras.Layer = Layer  # type: ignore[attr-defined]
    keras.config = ModuleType("keras.config")  # type: ignore[attr-defined]
    keras.config.backend = lambda: fake.backend  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keras", keras)
    monkeypatch.setattr("graphscope.tracers.record_creation", fake.record_creation)
    # By name would find a module that another test imported and then made Python forget.
    abstract = import_module("graphscope.tracers.abstract")
    monkeypatch.setattr(abstract, "values_on_demand", nullcontext)
    use_plugins(monkeypatch, tracers={"tensorflow": fake.trace})
    return fake


@contextmanager
def modules_restored() -> Iterator[None]:
    """Forget the modules that were imported inside, and bring back those that were replaced.

    Installed libraries stay: NumPy refuses to be imported twice.
    """
    before = dict(sys.modules)
    try:
        yield
    finally:
        for name in sys.modules.keys() - before.keys():
            if not _is_installed(sys.modules[name]):
                del sys.modules[name]
        sys.modules.update(before)


def _is_installed(module: ModuleType) -> bool:
    return str(getattr(module, "__file__", None)).startswith(_LIBRARIES)


def use_plugins(monkeypatch: pytest.MonkeyPatch, **groups: dict[str, Any]) -> None:
    """Replace all plugins of some groups by functions of the test."""
    registered, find = plugins.registered, plugins.find

    def fake_registered(group: plugins.Group) -> Any:
        names = groups.get(group)
        if names is None:
            return registered(group)
        return {name: EntryPoint(name, "tests:none", f"graphscope.{group}") for name in names}

    def fake_find(group: plugins.Group, name: str) -> Any:
        return groups[group][name] if group in groups else find(group, name)

    monkeypatch.setattr(plugins, "registered", fake_registered)
    monkeypatch.setattr(plugins, "find", fake_find)
    if "readers" in groups:
        # A child process does not know the functions of a test.
        monkeypatch.setattr(
            "graphscope.session.open.read_apart",
            lambda path, reader, **_limits: groups["readers"][reader](path),
        )
