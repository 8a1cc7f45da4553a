"""From steps and the calls of layers to nodes, scopes and edges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from graphscope.graph import (
    NOTHING,
    ROOT,
    EdgeKind,
    GraphBuilder,
    NodeKind,
    Port,
    Scope,
    ScopeKind,
    TensorSpec,
)
from graphscope.readers.tensorflow.boundaries import Boundaries
from graphscope.readers.tensorflow.owners import Owners
from graphscope.readers.tensorflow.scoping.names import weight_name
from graphscope.readers.tensorflow.scoping.places import Place, PlaceTree
from graphscope.readers.tensorflow.shown_names import clean
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

_DEFAULT = re.compile(r"Identity(_\d+)?$")
_CONSTANTS = frozenset({"Const", "HostConst"})


class Emission:
    """Adds an unfolded graph to a builder.

    Args:
        builder: receives the parts.
        tree: the places of steps.
        owners: the layers and where they are called.
        specs: tells shapes and dtypes.
        names: names of inputs and results by the operation that stands for each.

    Attributes:
        nodes: the node of each step.
    """

    def __init__(
        self,
        builder: GraphBuilder,
        tree: PlaceTree,
        owners: Owners,
        specs: SpecReader,
        names: Mapping[str, str],
    ) -> None:
        self._builder = builder
        self._tree = tree
        self._owners = owners
        self._calls = owners.calls
        self._specs = specs
        self._names = names
        self.nodes: dict[Step, str] = {}
        self._scope_ids: dict[Place, str] = {tree.root: ROOT, owners.calls.root: ROOT}
        self._variable_nodes: dict[Variable, Port] = {}
        self._boundaries = Boundaries(builder)
        self._homes: dict[str, str] = {}

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
                layer=self._owners.layers[model],
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
                layer=self._owners.layers[draft],
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
            type_, name = "Input", self._names.get(step.node.name) or name
        elif type_ == "Identity" and step.region.kind is RegionKind.WHOLE:
            name = self._name_result(step) or name
        # What the model is given comes from outside, whatever name scope it was declared in.
        scope = ROOT if kind is NodeKind.INPUT else self._scope(self._tree.steps[step])
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

    def _name_result(self, step: Step) -> str:
        """Return what a result is called that was copied only to have a name; else nothing."""
        name = self._names.get(step.node.name, "").rpartition("/")[2]
        return "" if _DEFAULT.match(name) else name

    def _read_weights(self, inputs: Iterable[Source]) -> Iterable[str]:
        for source in inputs:
            if isinstance(source, Variable) and source in self._owners.weights:
                yield self._owners.weights[source]

    def port(self, source: Source) -> Port | None:
        """Return the tensor of the graph that a source is; None for a weight or nothing."""
        if isinstance(source, Result):
            return self._port(source)
        if source is None or source in self._owners.weights:
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
