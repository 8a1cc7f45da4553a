"""From the plan of a model to nodes, scopes and edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from graphscope.errors import ReadError
from graphscope.graph import ROOT, EdgeKind, GraphBuilder, NodeKind, Port, ScopeKind, TensorSpec
from graphscope.readers.keras.attributes import call_attributes
from graphscope.readers.keras.binding import Bound, bind_inputs, pair_masks
from graphscope.readers.keras.config import Argument, LayerConfig, PathStep, TensorRef
from graphscope.readers.keras.faults import Faults, Refusal
from graphscope.readers.keras.functional import plan_functional
from graphscope.readers.keras.notes import CallNotes
from graphscope.readers.keras.open_sizes import OpenSizes
from graphscope.readers.keras.ownership import Ownership, display_name
from graphscope.readers.keras.plan import ALL_OUTPUTS, Plan, Step, used_layers
from graphscope.readers.keras.roles import select_data
from graphscope.readers.keras.sequential import plan_sequential
from graphscope.readers.keras.specs import OutputFinder, Outputs, input_spec
from graphscope.readers.keras.values import ValueCleaner
from graphscope.readers.shapes import UNKNOWN
from graphscope.readers.text import name_range, quote

MAX_TENSORS = 250_000
"""How many calls and arguments a model may unfold to: nested models multiply. More than this is no
model that somebody trained, and could not be looked at within seconds and a gigabyte.
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What a call left behind: its id in the graph, and the tensors it returned."""

    id: str | None
    outputs: tuple[Port, ...]
    mask: Port | None = None
    """The mask that came with the tensor that a nested model is called with."""


Results: TypeAlias = dict[tuple[str, int], Result]
"""What the calls of one model left behind, by layer and call."""


class Emission:
    """Adds the calls of a model to a graph."""

    def __init__(
        self,
        builder: GraphBuilder,
        ownership: Ownership,
        cleaner: ValueCleaner,
        sizes: OpenSizes | None = None,
        faults: Faults | None = None,
    ) -> None:
        self._builder = builder
        self._sizes_of_inputs = OpenSizes() if sizes is None else sizes
        self._faults = Refusal() if faults is None else faults
        self._inputs: dict[str, TensorSpec] = {}
        self._ownership = ownership
        self._cleaner = cleaner
        self._outputs = OutputFinder(ownership.kinds)
        self._specs: dict[Port, TensorSpec] = {}
        self._plans: dict[LayerConfig, Plan] = {}
        self.notes = CallNotes(builder)
        self._sizes: dict[LayerConfig, int] = {}

    def emit_root(self, model: LayerConfig) -> tuple[Port, ...]:
        """Add the model of the file and return the tensors it returns.

        Raises:
            ReadError: when its graph is broken, or it is too large.
        """
        if self._unfolded_size(model) > MAX_TENSORS:
            raise ReadError(
                f"The model unfolds to more than {MAX_TENSORS:,} calls and arguments.",
                "Nothing that large can be drawn; open a part of the model.",
            )
        self._name_inputs(model)
        outputs = self.emit_model(model, ROOT, ())
        self.notes.finish()
        return outputs

    def emit_model(
        self, model: LayerConfig, scope: str, bound: Sequence[Bound | None]
    ) -> tuple[Port, ...]:
        """Add the inside of a model to a scope and return the tensors it returns.

        Args:
            model: a functional or sequential model.
            scope: the scope of its call.
            bound: the tensors it is called with, one for each input; inputs without a tensor
                become nodes of their own.
        """
        plan = self._plan(model)
        given = dict(zip((end.tensor.layer for end in plan.inputs), bound, strict=False))
        used = used_layers(plan)
        results: Results = {}
        for step in plan.steps:
            name = step.layer.name
            if step.layer.is_input:
                results[name, 0] = self._emit_input(step, scope, given.get(name), name in used)
            else:
                results[name, step.index] = self._emit_call(step, scope, results)
        self._close_rings(plan, results)
        return tuple(
            port for end in plan.outputs for port in self._resolve(end.tensor, results, model)
        )

    def _close_rings(self, plan: Plan, results: Results) -> None:
        """Draw what a broken model takes from later calls, as far as single nodes take it."""
        calls = {(step.layer.name, step.index): step.layer for step in plan.steps}
        for back in plan.back:
            ports = self._resolve(back.tensor, results, calls[back.target])
            target = results[back.target].id
            if target is not None and calls[back.target].model is None:
                for port in ports:
                    self._builder.add_edge(port, target, 0, EdgeKind.STATE)

    def _name_inputs(self, model: LayerConfig) -> None:
        """Name the open sizes of the model's inputs, in the order in which it takes them."""
        plan = self._plan(model)
        layers = {step.layer.name: step.layer for step in plan.steps if step.layer.is_input}
        for end in plan.inputs:
            layer = layers.get(end.tensor.layer)
            if layer is not None and layer.name not in self._inputs:
                self._inputs[layer.name] = self._sizes_of_inputs.name(self._input_spec(layer))

    def _input_spec(self, layer: LayerConfig) -> TensorSpec:
        try:
            return input_spec(layer)
        except ReadError as error:
            self._faults.add(error, (layer,))
            return TensorSpec(None, UNKNOWN)

    def _plan(self, model: LayerConfig) -> Plan:
        if model not in self._plans:
            assert model.model is not None, "only models have an inside"
            if not model.is_builtin:
                self.notes.custom_model(model, self._ownership.layer_id(model))
            self._plans[model] = (
                plan_functional(model.model, model, self._faults)
                if model.model.kind == "functional"
                else plan_sequential(model.model)
            )
        return self._plans[model]

    def _emit_input(self, step: Step, scope: str, given: Bound | None, used: bool) -> Result:
        if given is None:
            spec = self._inputs.get(step.layer.name) if scope == ROOT else None
            spec = self._input_spec(step.layer) if spec is None else spec
            port = self._add_node(step, scope, "Input", NodeKind.INPUT, (spec,))
            if spec.shape is None:
                self.notes.unknown_input(step.layer, port.node)
            return Result(port.node, (port,))
        if used:
            return Result(None, (given.tensor,), given.mask)
        # Nothing inside takes this input; a node keeps the tensor visible.
        specs = (self._specs[given.tensor],)
        port = self._add_node(step, scope, "InputLayer", NodeKind.LAYER, specs)
        self._builder.add_edge(given.tensor, port.node, 0)
        if given.mask is not None:
            self._builder.add_edge(given.mask, port.node, 1, EdgeKind.MASK)
        return Result(port.node, (port,), given.mask)

    def _emit_call(self, step: Step, scope: str, results: Results) -> Result:
        result = (
            self._emit_leaf(step, scope, results)
            if step.layer.model is None
            else self._emit_nested(step, scope, results)
        )
        assert result.id is not None, "a call has an id"
        for source in dict.fromkeys(self._sources(step, results)):
            self._builder.declare_edge(source, result.id)
        return result

    def _sources(self, step: Step, results: Results) -> Iterator[str]:
        for argument in step.call.tensors:
            source = results[argument.tensor.layer, argument.tensor.call].id
            if source is not None:
                yield source

    def _emit_leaf(self, step: Step, scope: str, results: Results) -> Result:
        tensors, masks = self._arguments(step, results)
        arguments = [
            *((port, EdgeKind.DATA) for _, port in tensors),
            *((port, EdgeKind.MASK) for _, port in masks),
            *((port, EdgeKind.MASK) for port in self._carried_masks(step, results)),
        ]
        data = select_data(step.layer, [(each, (each.path, port)) for each, port in tensors])
        inputs = [self._specs[port] for _, port in data]
        outputs = self._output_specs(step, inputs, [path for path, _ in data])
        type_ = display_name(step.layer.class_name)
        first = self._add_node(step, scope, type_, NodeKind.LAYER, outputs.specs)
        for index, (port, kind) in enumerate(arguments):
            self._builder.add_edge(port, first.node, index, kind)
        self.notes.outputs(step.layer, first.node, inputs, outputs)
        ports = (first, *(Port(first.node, index) for index in range(1, len(outputs.specs))))
        return Result(first.node, ports, None)

    def _output_specs(
        self, step: Step, inputs: Sequence[TensorSpec], paths: Sequence[tuple[PathStep, ...]]
    ) -> Outputs:
        try:
            return self._outputs.find(step, inputs, paths)
        except ReadError as error:
            self._faults.add(error, (step.layer,))
            return Outputs((TensorSpec(None, UNKNOWN),), is_broken=True)

    def _arguments(
        self, step: Step, results: Results
    ) -> tuple[list[tuple[Argument, Port]], list[tuple[Argument, Port]]]:
        """Return the tensors and the masks that a call is given, each with its place."""
        given = [
            (argument, port)
            for argument in step.call.tensors
            for port in self._resolve(argument.tensor, results, step.layer)
        ]
        tensors = [pair for pair in given if not pair[0].is_mask]
        return tensors, [pair for pair in given if pair[0].is_mask]

    def _carried_masks(self, step: Step, results: Results) -> Iterable[Port]:
        """Return the masks that reach a call beside its tensors.

        Inside a nested model the file does not say how masks travel; they certainly reach the
        calls that take the model's inputs.
        """
        if any(argument.is_mask for argument in step.call.tensors):
            return ()
        masks = (
            results[argument.tensor.layer, argument.tensor.call].mask
            for argument in step.call.tensors
        )
        return dict.fromkeys(mask for mask in masks if mask is not None)

    def _carry_masks(
        self, tensors: list[tuple[Argument, Port]], results: Results
    ) -> list[tuple[Argument, Bound]]:
        """Give each tensor of a call the mask that came with it from outside the model."""
        return [
            (argument, Bound(port, results[argument.tensor.layer, argument.tensor.call].mask))
            for argument, port in tensors
        ]

    def _emit_nested(self, step: Step, scope: str, results: Results) -> Result:
        layer = step.layer
        tensors, masks = self._arguments(step, results)
        given = pair_masks(tensors, masks) if masks else self._carry_masks(tensors, results)
        inner = self._builder.open_scope(
            display_name(layer.name),
            display_name(layer.class_name),
            ScopeKind.LAYER,
            parent=scope,
            layer=self._ownership.layer_id(layer),
        )
        bound = bind_inputs(self._plan(layer).inputs, given)
        outputs = self.emit_model(layer, inner, bound)
        inputs = tuple(port for _, port in (*tensors, *masks))
        self._builder.put_scope(
            replace(self._builder.get_scope(inner), inputs=inputs, outputs=outputs)
        )
        return Result(inner, outputs)

    def _add_node(
        self,
        step: Step,
        scope: str,
        type_: str,
        kind: NodeKind,
        outputs: tuple[TensorSpec, ...],
    ) -> Port:
        layer = self._ownership.find(step.layer)
        node = self._builder.add_node(
            display_name(step.layer.name),
            type_,
            kind,
            scope=scope,
            outputs=outputs,
            layer=layer,
            weights=self._ownership.weights_of(layer) if layer else (),
            attributes=call_attributes(
                step,
                self._cleaner,
                contains_code=layer is not None and self._ownership.has_code(layer),
            ),
        )
        for index, spec in enumerate(outputs):
            self._specs[Port(node, index)] = spec
        return Port(node)

    def _resolve(self, tensor: TensorRef, results: Results, taker: LayerConfig) -> tuple[Port, ...]:
        outputs = results[tensor.layer, tensor.call].outputs
        if tensor.output == ALL_OUTPUTS:
            return outputs
        if tensor.output >= len(outputs):
            error = ReadError(
                f"{quote(taker.name)} takes output {tensor.output} of layer "
                f"{quote(tensor.layer)}, which has {name_range(len(outputs), 'output')}.",
                "The file was edited or damaged; save the model anew.",
            )
            self._faults.add(error, (taker,))
            return ()
        return (outputs[tensor.output],)

    def _unfolded_size(self, model: LayerConfig) -> int:
        """Return how many calls and arguments a call of the model stands for."""
        if model not in self._sizes:
            self._sizes[model] = sum(
                1
                + len(step.call.tensors)
                + (self._unfolded_size(step.layer) if step.layer.model is not None else 0)
                for step in self._plan(model).steps
            )
        return self._sizes[model]
