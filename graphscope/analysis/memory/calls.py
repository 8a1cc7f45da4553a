"""The calls of layers in a program: equal ones are worked out once and repeated."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from graphscope.analysis.call_classes import classify_calls
from graphscope.analysis.memory.expansion import Expansion
from graphscope.analysis.memory.layers import expand_layer
from graphscope.analysis.memory.patterns import Pattern, Written
from graphscope.analysis.memory.program import Loop
from graphscope.analysis.memory.writer import ProgramWriter
from graphscope.graph import Graph, Layer, Node


class CallWriter:
    """Writes the steps of layer calls into a program.

    Args:
        graph: whose calls are written.
        program: is written into.
        training: see `build_program`.
    """

    def __init__(self, graph: Graph, program: ProgramWriter, *, training: bool) -> None:
        self._graph = graph
        self._program = program
        self._training = training
        self._untrained = {weight.id for weight in graph.weights if not weight.trainable}
        self._classes = classify_calls(graph).by_node
        self._written: dict[Hashable, Written | Pattern] = {}

    def write(
        self, node: Node, inputs: tuple[int, ...], around: tuple[Loop, ...]
    ) -> tuple[int, ...]:
        """Write a call and return the tensors it makes.

        Args:
            node: the call.
            inputs: the tensors it takes.
            around: the loops around it.
        """
        layer = self._graph.layer_by_id.get(node.layer or "")
        weights = self._order(node.weights or (layer.weights if layer else ()))
        key = self._key(node, inputs, weights, around)
        known = self._written.get(key)
        if known is None:
            written = self._expand(node, layer, inputs, weights, around)
            # Where a weight stands twice, its place does not tell which of the two is read.
            if len(set(weights)) == len(weights):
                self._written[key] = written
            return written.results
        if isinstance(known, Written):
            known = self._written[key] = Pattern(self._program, known)
        return known.repeat(self._program, node.id, around, inputs, weights)

    def _order(self, weights: tuple[str, ...]) -> tuple[str, ...]:
        # Steps take their weights in order; those that are not trained (averages) come last.
        if self._untrained.isdisjoint(weights):
            return weights
        return tuple(sorted(weights, key=self._untrained.__contains__))

    def _key(
        self,
        node: Node,
        inputs: tuple[int, ...],
        weights: tuple[str, ...],
        around: tuple[Loop, ...],
    ) -> Hashable:
        """Return what the steps of a call depend on, as far as they are not named after it."""
        spec = self._program.spec
        taken = [spec[tensor] for tensor in inputs]
        if len(inputs) > 1:
            # Which inputs are one tensor.
            taken += map(inputs.index, inputs)
        return (self._classes[node.id], len(weights), around, *taken)

    def _expand(
        self,
        node: Node,
        layer: Layer | None,
        inputs: tuple[int, ...],
        weights: tuple[str, ...],
        around: tuple[Loop, ...],
    ) -> Written:
        program = self._program
        before = _measure(program)
        results = expand_layer(
            Expansion(
                program=program,
                type=node.type,
                inputs=inputs,
                results=node.outputs,
                weights=weights,
                config=_configure(node, layer),
                node=node.id,
                loops=around,
                training=self._training,
                is_layer=node.layer is not None,
            )
        )
        steps, tensors, sources, read = zip(before, _measure(program), strict=True)
        return Written(steps, tensors, sources, read, node.id, around, inputs, weights, results)


def _measure(program: ProgramWriter) -> tuple[int, int, int, int]:
    """Return the lengths of the columns: of steps, tensors, inputs and weights of steps."""
    return len(program.type), len(program.spec), len(program.source), len(program.weights)


def _configure(node: Node, layer: Layer | None) -> Mapping[str, Any]:
    """Return the config of a call: that of its layer, and what the node itself says."""
    if layer is None:
        return node.attributes
    return {**layer.config, **node.attributes} if node.attributes else layer.config
