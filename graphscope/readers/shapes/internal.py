"""Shape rules of layers that Keras defines for its own models, outside of `keras.layers`."""

from __future__ import annotations

from functools import reduce

from graphscope.readers.shapes.call import LayerCall, Rule
from graphscope.readers.shapes.dimensions import Shape, broadcast
from graphscope.readers.shapes.merging import join


def _keep(call: LayerCall) -> list[Shape]:
    return [call.input()]


def _scaled_sum(call: LayerCall) -> list[Shape]:
    call.input()
    return [reduce(broadcast, call.inputs)]


def _concatenate(call: LayerCall) -> list[Shape]:
    return [join(call.inputs, call.settings.whole("axis", -1))]


RULES: dict[str, Rule] = {
    # keras.applications: ConvNeXt and InceptionResNetV2
    "LayerScale": _keep,
    "CustomScaleLayer": _scaled_sum,
    # keras.utils.FeatureSpace
    "TFDConcat": _concatenate,
    "TFDIdentity": _keep,
}
"""Rules by class name."""
