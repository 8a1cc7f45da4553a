"""Dimensions that depend on the batch and other open sizes, by TensorFlow's own shape inference.

With an open batch, TensorFlow gives up on every dimension that is computed from it: a Dense layer
on (B, 5, d) flattens to (?, d). The finished graph is therefore inferred twice more with numbers
for the open sizes; see `Symbols` for what becomes of the two results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from graphscope.graph import BATCH, Dimension, TensorSpec
from graphscope.tracers.symbols import TRIALS, Symbols
from graphscope.tracers.tensorflow.importing import Sizes, read_sizes
from graphscope.tracers.tensorflow.shape_trial import ShapeTrial, SourceGraph


class PlainShapes:
    """The shapes that TensorFlow inferred while the graph was traced."""

    def __init__(self) -> None:
        self._specs: dict[TensorSpec, TensorSpec] = {}

    def specs(self, operation: Any) -> tuple[TensorSpec, ...]:
        """Return shapes and dtypes of what an operation computes."""
        return tuple(map(self.spec, operation.outputs))

    def spec(self, tensor: Any) -> TensorSpec:
        """Return shape and dtype of a tensor."""
        shape = None if tensor.shape.rank is None else tuple(tensor.shape.as_list())
        spec = TensorSpec(shape, tensor.dtype.base_dtype.name)
        return self._specs.setdefault(spec, spec)


class NamedShapes:
    """The shapes of one graph with names for open sizes.

    Args:
        trials: the graph's shapes under two choices of numbers.
        symbols: the names behind the numbers. Sizes are marked with both numbers, to be settled.
        specs: the specs that were made so far, for graphs around this one.
    """

    def __init__(
        self,
        trials: tuple[ShapeTrial, ...],
        symbols: Symbols,
        specs: dict[tuple[object, ...], TensorSpec] | None = None,
    ) -> None:
        self.trials = trials
        self.symbols = symbols
        self._specs = {} if specs is None else specs

    @classmethod
    def infer(
        cls, source: SourceGraph, symbols: Symbols, bind: Callable[[int], dict[str, Any]]
    ) -> NamedShapes:
        """Infer the shapes of a graph whose placeholders get the shapes of `bind(trial)`.

        Raises:
            ValueError: when the numbers do not fit together.
        """
        numbers = [symbols.bind(BATCH, trial) or 0 for trial in range(TRIALS)]
        trials = (ShapeTrial(source, batch, bind(trial)) for trial, batch in enumerate(numbers))
        return cls(tuple(trials), symbols)

    def infer_body(self, graph: Any, arguments: Iterable[Any]) -> NamedShapes:
        """Infer the shapes of a body that is run on tensors of this graph."""
        source = SourceGraph(graph)
        pairs = list(zip(graph.inputs, arguments, strict=True))
        trials = (
            ShapeTrial(
                source,
                trial.batch,
                {inner.op.name: trial.shape(argument) for inner, argument in pairs},
                {inner.op.name: trial.counterpart(argument) for inner, argument in pairs},
            )
            for trial in self.trials
        )
        return NamedShapes(tuple(trials), self.symbols, self._specs)

    def count(self, count_in: Callable[[ShapeTrial], int | None]) -> Dimension:
        """Return a number that is counted in each trial, as a size to be settled."""
        first, second = (count_in(trial) for trial in self.trials)
        return None if first is None or second is None else self.symbols.mark(first, second)

    def specs(self, operation: Any) -> tuple[TensorSpec, ...]:
        """Return shapes and dtypes of what an operation of the original graph computes."""
        outputs = operation.outputs
        known = [read_sizes(tensor.shape) for tensor in outputs]
        if all(sizes is not None and None not in sizes for sizes in known):
            tried: list[list[Sizes]] = [known, known]
        else:
            tried = [trial.sizes(operation) for trial in self.trials]
        return tuple(map(self._spec, outputs, known, *tried))

    def spec(self, tensor: Any) -> TensorSpec:
        """Return shape and dtype of a tensor of the original graph."""
        index: int = tensor.value_index
        return self.specs(tensor.op)[index]

    def _spec(self, tensor: Any, known: Sizes, first: Sizes, second: Sizes) -> TensorSpec:
        """Return one of few specs: most tensors of a model have a shape that others have, too."""
        # By its number, because TensorFlow computes the hash of a dtype in Python.
        key = (tensor.dtype.as_datatype_enum, known, first, second)
        spec = self._specs.get(key)
        if spec is None:
            name = tensor.dtype.base_dtype.name
            spec = self._specs[key] = self._make_spec(name, known, first, second)
        return spec

    def _make_spec(self, name: str, known: Sizes, first: Sizes, second: Sizes) -> TensorSpec:
        likely = first if known is None else known
        if likely is None:
            return TensorSpec(None, name)
        nothing = (None,) * len(likely)
        tried = (
            sizes if sizes is not None and len(sizes) == len(likely) else nothing
            for sizes in (first, second)
        )
        return TensorSpec(tuple(map(self._read, known or nothing, *tried)), name)

    def _read(self, known: int | None, first: int | None, second: int | None) -> Dimension:
        if known is not None:
            return known
        if first is None or second is None:
            return None
        return self.symbols.mark(first, second)


AnyShapes = PlainShapes | NamedShapes
