"""What is wrong with a model: told as an error, and shown on the graph of all the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from graphscope.errors import ReadError
from graphscope.graph import ROOT, Graph, GraphBuilder
from graphscope.readers.keras.config import LayerConfig

NOTE = "broken"
"""The code of the notes at broken places."""

MAX_NOTES = 50
"""How many faults are noted one by one; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and the layers it is about; none where that is the whole model."""

    error: ReadError
    layers: tuple[LayerConfig, ...] = ()


@dataclass
class Faults:
    """Keeps what is wrong, so that what stands beside it can be read all the same."""

    found: list[Fault] = field(default_factory=list)

    def add(self, error: ReadError, layers: Iterable[LayerConfig] = ()) -> None:
        """Keep an error; one that says the same as the last is about the same."""
        if not self.found or str(self.found[-1].error) != str(error):
            self.found.append(Fault(error, tuple(layers)))

    def note(self, builder: GraphBuilder, find: Callable[[LayerConfig], str | None]) -> None:
        """Note each fault at its layers.

        Args:
            builder: the graph that grows.
            find: returns the id of a layer; None when it has none.
        """
        for fault in self.found[:MAX_NOTES]:
            subjects = dict.fromkeys(find(layer) or ROOT for layer in fault.layers[:MAX_NOTES])
            for subject in subjects or {ROOT: None}:
                builder.add_note(NOTE, fault.error.message, subject)
        more = len(self.found) - MAX_NOTES
        if more > 0:
            builder.add_note(NOTE, f"{more:,} more places are broken.", ROOT)

    def raise_with(self, graph: Graph) -> None:
        """Raise the first fault, with what can be shown of the model; nothing without faults.

        Raises:
            ReadError: with `graph` in it.
        """
        if self.found:
            error = self.found[0].error
            error.graph = graph if graph.nodes else None
            raise error


class Refusal(Faults):
    """Keeps nothing: the first fault is raised where it is found."""

    def add(self, error: ReadError, layers: Iterable[LayerConfig] = ()) -> None:  # noqa: ARG002
        """Raise the error.

        Raises:
            ReadError: always.
        """
        raise error
