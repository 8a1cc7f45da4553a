"""From steps and the calls of layers to nodes, scopes and edges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphscope.graph import (
    NOTHING,
    ROOT,
    EdgeKind,
    GraphBuilder,
    Layer,
    NodeKind,
    Port,
    Scope,
    ScopeKind,
    TensorSpec,
    Weight,
    escape_name,
)
from graphscope.readers.tensorflow.boundaries import Boundaries
from graphscope.readers.tensorflow.known_variables import VariableFacts
from graphscope.readers.tensorflow.scoping.layers import LayerCalls
from graphscope.readers.tensorflow.scoping.names import weight_name
from graphscope.readers.tensorflow.scoping.places import LayerDraft, Place, PlaceTree
from graphscope.readers.tensorflow.specs import INPUTS, SpecReader
from graphscope.readers.tensorflow.unfolding.calls import called_functions
from graphscope.readers.tensorflow.unfolding.program import (
    Region,
    RegionKind,
    Result,
    Source,
    Step,
    Variable,
)
from graphscope.readers.text import repair_text, shorten

MAX_NAME = 256

_CONSTANTS = frozenset({"Const", "HostConst"})


@dataclass(slots=True)
class Naming:
    """What the entry point of a graph calls its inputs, and what is known of variables."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    """Names of inputs by the name of the operation that stands for each."""
    variables: Mapping[Variable, VariableFacts] = field(default_factory=dict)


class Emission:
    """Adds an unfolded graph to a builder.

    Args:
        builder: receives the parts.
        tree: the places of steps.
        calls: the layers and where they are called.
        specs: tells shapes and dtypes.
        naming: names of inputs and facts of variables.

    Attributes:
        nodes: the node of each step.
        weights: the id of each variable that a layer owns.
    """

    def __init__(
        self,
        builder: GraphBuilder,
        tree: PlaceTree,
        calls: LayerCalls,
        specs: SpecReader,
        naming: Naming,
    ) -> None:
        self._builder = builder
        self._tree = tree
        self._calls = calls
        self._specs = specs
        self._naming = naming
        self.nodes: dict[Step, str] = {}
        self._layer_ids: dict[LayerDraft, str] = {}
        self.weights: dict[Variable, str] = {}
        self._scope_ids: dict[Place, str] = {tree.root: ROOT, calls.root: ROOT}
        self._variable_nodes: dict[Variable, Port] = {}
        self._boundaries = Boundaries(builder)
        self._homes: dict[str, str] = {}

    # Layers and weights --------------------------------------------------------------------

    def add_layers(self, weights: Iterable[Variable]) -> None:
        """Add the layers with their weights.

        Args:
            weights: all of them, in the order of the file.
        """
        order = {weight: number for number, weight in enumerate(weights)}
        self._add_layer(self._calls.model, order)
        for draft in self._calls.drafts():
            self._add_layer(draft, order)

    def _add_layer(self, draft: LayerDraft, order: Mapping[Variable, int]) -> None:
        name = clean(draft.name)
        parent = (
            None
            if draft is self._calls.model
            else self._layer_ids.get(
                draft.parent or self._calls.model, self._layer_ids[self._calls.model]
            )
        )
        path = escape_name(name)
        if parent is not None:
            path = f"{parent.removeprefix('layer:')}/{path}"
        layer_id = self._layer_ids[draft] = self._builder.make_layer_id(path)
        owned = sorted(draft.variables, key=order.__getitem__)
        weights = tuple(self._add_weight(variable, layer_id) for variable in owned)
        trainable = not owned or any(self._facts(variable).trainable for variable in owned)
        self._builder.add_layer(
            Layer(
                layer_id,
                name,
                clean(draft.class_name or "Layer"),
                trainable=trainable,
                weights=weights,
                parent=parent,
            )
        )

    def _add_weight(self, variable: Variable, layer: str) -> str:
        name = clean(weight_name(variable))
        weight = self.weights[variable] = self._builder.make_weight_id(layer, name)
        self._builder.add_weight(
            Weight(
                weight,
                name,
                layer,
                variable.shape or (),
                variable.dtype,
                self._facts(variable).trainable,
            )
        )
        return weight

    def _facts(self, variable: Variable) -> VariableFacts:
        return self._naming.variables.get(variable) or VariableFacts()

    # Scopes --------------------------------------------------------------------------------

    def finish_scopes(self, outputs: tuple[Port, ...]) -> None:
        """Make the root scope the call of the model, and tell what each call takes and returns."""
        model = self._calls.model
        for tensor in outputs:
            self._boundaries.cross(tensor, self._homes[tensor.node], ROOT)
        self._boundaries.fill()
        self._builder.put_scope(
            Scope(
                ROOT,
                self._builder.name,
                clean(model.class_name),
                ScopeKind.LAYER,
                None,
                layer=self._layer_ids[model],
                outputs=outputs,
            )
        )

    def _scope(self, place: Place) -> str:
        missing = []
        while place not in self._scope_ids:
            missing.append(place)
            assert place.parent is not None, "the root has a scope"
            place = place.parent
        scope = self._scope_ids[place]
        for inner in reversed(missing):
            scope = self._scope_ids[inner] = self._open(inner, scope)
        return scope

    def _open(self, place: Place, parent: str) -> str:
        region, draft = place.region, place.layer
        if region is not None:
            return self._builder.open_scope(
                clean(region.name), region.type, ScopeKind.SUBGRAPH, parent=parent
            )
        if place.is_loop:
            return self._builder.open_scope(
                clean(place.name), clean(place.name), ScopeKind.SUBGRAPH, parent=parent
            )
        if draft is not None:
            return self._builder.open_scope(
                clean(draft.name),
                clean(draft.class_name or "Layer"),
                ScopeKind.LAYER,
                parent=parent,
                layer=self._layer_ids[draft],
            )
        if not self._calls.is_group(place):
            return parent
        name = clean(place.name)
        return self._builder.open_scope(name, name, ScopeKind.OPERATION, parent=parent)

    # Nodes and edges -----------------------------------------------------------------------

    def add_steps(self, whole: Region) -> None:
        """Add everything that happens, in order."""
        late: list[Step] = []
        waiting = [iter(whole.items)]
        opened = [whole]
        while waiting:
            item = next(waiting[-1], None)
            if item is None:
                waiting.pop()
                self._finish(opened.pop())
            elif isinstance(item, Region):
                self._scope(self._tree.regions[item])
                waiting.append(iter(item.items))
                opened.append(item)
            else:
                self._add_step(item)
                if item.carried:
                    late.append(item)
        for step in late:
            for port, result in step.carried:
                self._builder.add_edge(self._port(result), self.nodes[step], port, EdgeKind.STATE)

    def _add_step(self, step: Step) -> None:
        name, kind = _title(step)
        type_ = clean(step.node.op)
        if kind is NodeKind.INPUT:
            type_, name = "Input", self._naming.inputs.get(step.node.name) or name
        scope = self._scope(self._tree.steps[step])
        node = self.nodes[step] = self._builder.add_node(
            clean(name),
            type_,
            kind,
            scope=scope,
            outputs=self._specs.read(step),
            weights=tuple(self._read_weights(step.inputs)),
            attributes=NOTHING if kind is NodeKind.INPUT else _describe(step),
        )
        self._homes[node] = scope
        for port, source in enumerate(step.inputs):
            found = self.port(source)
            if found is not None:
                self._builder.add_edge(found, node, port)
                self._boundaries.cross(found, self._homes[found.node], scope)
        for port, before in enumerate(step.controls, len(step.inputs)):
            if self._specs.count(before):
                self._builder.add_edge(Port(self.nodes[before]), node, port, EdgeKind.CONTROL)

    def _read_weights(self, inputs: Iterable[Source]) -> Iterable[str]:
        for source in inputs:
            if isinstance(source, Variable) and source in self.weights:
                yield self.weights[source]

    def port(self, source: Source) -> Port | None:
        """Return the tensor of the graph that a source is; None for a weight or nothing."""
        if isinstance(source, Result):
            return self._port(source)
        if source is None or source in self.weights:
            return None
        if source not in self._variable_nodes:
            node = self._builder.add_node(
                clean(weight_name(source)),
                "Variable",
                NodeKind.CONSTANT,
                outputs=[TensorSpec(source.shape, source.dtype)],
                attributes={"variable": clean(source.name)},
            )
            self._variable_nodes[source], self._homes[node] = Port(node), ROOT
        return self._variable_nodes[source]

    def _port(self, result: Result) -> Port:
        return Port(self.nodes[result.step], result.output)

    def _finish(self, region: Region) -> None:
        if region.kind is not RegionKind.LOOP:
            return
        rows = []
        for result, takers in region.carries:
            value = self._port(result)
            for step, port in takers:
                self._builder.add_edge(value, self.nodes[step], port, EdgeKind.STATE)
            rows.append([list(value), [[self.nodes[step], port] for step, port in takers]])
        scope = self._builder.get_scope(self._scope(self._tree.regions[region]))
        attributes: dict[str, Any] = {**scope.attributes, "carries": rows}
        trips = self._specs.trip_count(region)
        if trips is not None:
            attributes["trip_count"] = trips
        self._builder.put_scope(replace(scope, attributes=attributes))


def _title(step: Step) -> tuple[str, NodeKind]:
    type_ = step.node.op
    if type_ in INPUTS and step.region.kind is RegionKind.WHOLE:
        return step.node.name, NodeKind.INPUT
    if step.region.kind is RegionKind.CHOICE:
        return "choose", NodeKind.OP
    return type_, NodeKind.CONSTANT if type_ in _CONSTANTS else NodeKind.OP


def _describe(step: Step) -> Mapping[str, Any]:
    if not step.is_closed:
        return step.facts.settings
    functions = called_functions(step.node, (step.node.op,))
    return {**step.facts.settings, "calls": sorted(set(map(clean, functions.values())))}


def clean(name: str) -> str:
    """Return a name from a file, fit to be shown and to be part of an id."""
    return shorten(repair_text(name), MAX_NAME)
