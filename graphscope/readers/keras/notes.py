"""Notes on what the file does not say about calls and their shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphscope.graph import GraphBuilder, TensorSpec
from graphscope.readers.keras.code.known_functions import FUNCTIONS
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.specs import Outputs
from graphscope.readers.text import quote

MAX_NOTES = 20
"""How many calls are noted one by one; the rest is counted."""

MISMATCH = "shape-mismatch"
"""The code of notes on layers that cannot take their inputs."""
DIFFERS = "shape-differs"
"""The code of notes on layers that return another shape than the file says."""

_NO_TENSOR = "it is called without a tensor"
_ACTIVATIONS = ("activation", "recurrent_activation")


class CallNotes:
    """Notes a call where a shape is lost, and not those behind it, which lack it in turn."""

    def __init__(self, builder: GraphBuilder) -> None:
        self._builder = builder
        self._noted = 0
        self.inputs: dict[LayerConfig, Sequence[TensorSpec]] = {}
        """The tensors that each layer is first called with."""

    def outputs(
        self, layer: LayerConfig, node: str, inputs: Sequence[TensorSpec], outputs: Outputs
    ) -> None:
        """Note a call whose outputs have no shape although its inputs do."""
        if layer not in self.inputs:
            self._functions(layer, node)
        self.inputs.setdefault(layer, inputs)
        problem = outputs.problem or (_NO_TENSOR if _is_called_without_tensors(layer) else "")
        if problem:
            self._add(MISMATCH, f"{_title(layer)} cannot take its inputs: {problem}.", node)
            return
        if outputs.difference:
            self._add(
                DIFFERS,
                f"The shape of {_title(layer, begins=False)} is in doubt: {outputs.difference}. "
                "Keras goes by settings and inputs when it loads the file.",
                node,
            )
        if outputs.is_broken or all(spec.shape is not None for spec in outputs.specs):
            return
        if inputs and all(spec.shape is not None for spec in inputs):
            self._add("shape-unknown", f"{_title(layer)}: {_reason(layer)}.", node)

    def _functions(self, layer: LayerConfig, node: str) -> None:
        """Note the activations of a built-in layer that Keras does not have."""
        for key in _ACTIVATIONS if layer.is_builtin else ():
            value = layer.config.get(key)
            if value is not None and not _may_be_activation(value):
                self._add(
                    "activation-unknown",
                    f"{_title(layer)} has {key} = {quote(value)}, which Keras does not have: the "
                    "model loads only with custom_objects that name it.",
                    node,
                )

    def unknown_input(self, layer: LayerConfig, node: str) -> None:
        """Note an input whose shape the file does not hold."""
        self._add(
            "shape-unknown",
            f"The file holds no shape for the input {quote(layer.name)}: the model was saved "
            "before it was built.",
            node,
        )

    def custom_model(self, model: LayerConfig, layer_id: str) -> None:
        """Note a model whose class may do something else than its layers say."""
        self._builder.add_note(
            "custom-model-class",
            f"{quote(model.class_name)[1:-1]} is a class of its own; what its call method adds to "
            "these layers, if it has one, is not in the file.",
            layer_id,
        )

    def finish(self) -> None:
        """Count what was not noted one by one."""
        more = self._noted - MAX_NOTES
        if more > 0:
            self._builder.add_note(
                "shape-unknown", f"{more:,} more calls return tensors of unknown shape."
            )

    def _add(self, code: str, message: str, node: str) -> None:
        self._noted += 1
        if self._noted <= MAX_NOTES:
            self._builder.add_note(code, message, node)


def _title(layer: LayerConfig, *, begins: bool = True) -> str:
    kind = "Operation" if layer.is_operation else "Layer"
    kind = kind if begins else kind.lower()
    return f"{kind} {quote(layer.name)} ({quote(layer.class_name)[1:-1]})"


def _is_called_without_tensors(layer: LayerConfig) -> bool:
    """Whether a file gives a built-in layer nothing; what was cut out of a ring counts as given."""
    has_tensor = any(call.tensors for call in layer.calls)
    return layer.is_builtin and bool(layer.calls) and not has_tensor


def _may_be_activation(value: Any) -> bool:
    if isinstance(value, dict):  # An object, which is looked at where code is looked for.
        return isinstance(value.get("class_name"), str)
    return isinstance(value, str) and value in FUNCTIONS


def _reason(layer: LayerConfig) -> str:
    if layer.is_builtin or layer.is_operation:
        return "the shape it returns cannot be told from the file"
    return "only its code, which the file does not hold, knows the shape it returns"
