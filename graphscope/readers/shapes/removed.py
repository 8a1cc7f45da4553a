"""Shape rules of layers that earlier versions of Keras had."""

from __future__ import annotations

from functools import partial

from graphscope.readers.shapes.call import LayerCall, Rule
from graphscope.readers.shapes.convolution import windows
from graphscope.readers.shapes.dimensions import Shape


def _keep(call: LayerCall) -> list[Shape]:
    return [call.input()]


def _locally_connected(call: LayerCall, dimensions: int) -> list[Shape]:
    sizes, _ = call.spatial(dimensions)
    return [call.with_spatial(windows(sizes, call.settings), call.settings.count("filters"))]


def _maxout(call: LayerCall) -> list[Shape]:
    return [(*call.input(at_least=2)[:-1], call.settings.count("output_dim"))]


def _open_spatial(call: LayerCall, *, height: bool) -> list[Shape]:
    # A random height or width is another one in each call.
    (rows, columns), axis = call.spatial(2)
    sizes = (None, columns) if height else (rows, None)
    return [call.with_spatial(sizes, call.input()[axis])]


RULES: dict[str, Rule] = {
    "Highway": _keep,
    "LocallyConnected1D": partial(_locally_connected, dimensions=1),
    "LocallyConnected2D": partial(_locally_connected, dimensions=2),
    "MaxoutDense": _maxout,
    "RandomHeight": partial(_open_spatial, height=True),
    "RandomWidth": partial(_open_spatial, height=False),
    "ThresholdedReLU": _keep,
}
"""Rules by class name."""
