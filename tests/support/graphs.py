"""Draw a graph as text: the world of the tests that need no framework.

    >>> graph("x -> dense:Dense -> relu")
    <Graph 'model': 3 nodes, 2 edges, 1 scopes, 1 layers>

Statements stand on lines of their own or are separated by `;`; a line that begins with `#` is a
comment. A statement is a chain of lists of elements, or begins with a keyword:

    x, y -> add=Add -> out            every element on the left leads to every one on the right
    x -mask> attention                kinds of edges: ->  -mask>  -state>  -control>
    scope encoder/loop~While          declare a scope (undeclared ones are calls of layers)
    takes encoder x, y.1              what a call took, instead of what the edges say
    returns encoder encoder/out       what a call returned, instead of what the edges say
    return y, split.1                 outputs of the model, instead of every dead end
    declare x -> dense -> relu        edges that Keras itself declares
    layer spare:Dense(kernel[8,4])    a layer that nobody calls

An element is written, without blanks except after commas, as

    path .port :Type or =Type or ~Type @layer (weights) [shape]dtype [shape]dtype {json}

where only the path is needed, and everything but path and port may be left out after the first
mention:

    encoder/dense#2    the id: scopes that are on the way exist from now on
    split.1            output 1 of `split`, where an edge leaves it (input ports count up)
    dense:Dense        a layer call (node: a leaf; scope: LAYER) of the layer `layer:dense`
    b:Dense@a          a second call of the layer `layer:a`
    mm=MatMul          an operation (scope: OPERATION); `=Const` a constant, `=Input` an input
    relu               the operation `relu`; an input if no edge leads to it
    loop~While         only for scopes: SUBGRAPH
    (kernel[8,4], !mean[4], table[9,4]@embed)
                       weights it reads, of the layer around or `@` another; `!` not trainable
    [B,28,?]  [*]  []  output shapes: named and unknown sizes, unknown rank, scalar; float32 unless
                       a dtype follows; an element without shapes has one output `[B]`
    {"strides": [1]}   attributes of an operation or scope, config of a layer

Inputs and outputs of scopes follow from the data edges, so a drawn graph is consistent until a
test damages it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from graphscope.graph import (
    ROOT,
    DeclaredEdge,
    Edge,
    EdgeKind,
    Graph,
    Layer,
    Node,
    NodeKind,
    Port,
    Scope,
    ScopeKind,
    Weight,
)
from tests.support.notation import (
    DEFAULT,
    Element,
    read_chain,
    read_element,
    read_ports,
    read_sizes,
)

_SCOPE_KINDS = {":": ScopeKind.LAYER, "=": ScopeKind.OPERATION, "~": ScopeKind.SUBGRAPH}


def graph(text: str, name: str = "model", **metadata: Any) -> Graph:
    """Return the graph that the text draws; see the module for the notation.

    Keywords become metadata: `graph("x -> y", format="trace", backend="tensorflow")`.
    """
    drawing = _Drawing()
    for line in text.replace(";", "\n").splitlines():
        statement = line.strip()
        if statement and not statement.startswith("#"):
            drawing.add_statement(statement)
    return drawing.finish(name, metadata)


def without_edge(graph: Graph, source: str, target: str) -> Graph:
    """Return the graph with the edges between two nodes cut."""
    kept = [edge for edge in graph.edges if (edge.source, edge.target) != (source, target)]
    assert len(kept) < len(graph.edges), f"no edge {source} -> {target}"
    return replace(graph, edges=tuple(kept))


def moved(graph: Graph, node: str, scope: str) -> Graph:
    """Return the graph with a node claimed by another scope; its id stays."""
    nodes = [replace(each, scope=scope) if each.id == node else each for each in graph.nodes]
    return replace(graph, nodes=tuple(nodes))


@dataclass
class _Drawing:
    """What the statements said so far."""

    nodes: dict[str, Node] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    layers: dict[str, Layer] = field(default_factory=dict)
    weights: dict[str, Weight] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    arity: dict[str, int] = field(default_factory=dict)
    declared: list[DeclaredEdge] = field(default_factory=list)
    outputs: list[Port] = field(default_factory=list)
    takes: dict[str, tuple[Port, ...]] = field(default_factory=dict)
    returns: dict[str, tuple[Port, ...]] = field(default_factory=dict)

    def add_statement(self, statement: str) -> None:
        keyword, _, rest = statement.partition(" ")
        match keyword:
            case "scope":
                self.add_scope(read_element(rest))
            case "takes" | "returns":
                scope, _, ports = rest.strip().partition(" ")
                getattr(self, keyword)[scope] = tuple(read_ports(ports))
            case "return":
                self.outputs += read_ports(rest)
            case "declare":
                self.add_declared(rest)
            case "layer":
                element = read_element(rest)
                self.add_layer(element, element.layer or element.path)
            case _:
                self.add_chain(statement)

    def add_chain(self, statement: str) -> None:
        left: list[Port] = []
        for kind, elements in read_chain(statement):
            right = [self.add_node(element) for element in elements]
            for source in left:
                for target in right:
                    self.add_edge(source, target.node, kind)
            left = right

    def add_declared(self, statement: str) -> None:
        left: list[str] = []
        for _, elements in read_chain(statement):
            right = [element.path for element in elements]
            self.declared += [DeclaredEdge(one, other) for one in left for other in right]
            left = right

    def add_edge(self, source: Port, target: str, kind: EdgeKind) -> None:
        port = self.arity.get(target, 0)
        self.arity[target] = port + 1
        self.edges.append(Edge(source.node, source.output, target, port, kind))

    def add_node(self, element: Element) -> Port:
        node = self.nodes.get(element.path) or self._new_node(element)
        specs = node.outputs
        while len(specs) <= element.port:
            specs = (*specs, DEFAULT)
        self.nodes[node.id] = replace(node, outputs=specs)
        return Port(node.id, element.port)

    def _new_node(self, element: Element) -> Node:
        scope, name = element.parts
        self.need_scope(scope)
        layer = None
        if element.sigil == ":" and element.type != "Input":
            layer = self.add_layer(element, element.layer or element.path)
        weights = self.add_weights(element, layer or self._layer_around(scope))
        if layer and not weights:
            weights = self.layers[layer].weights
        attributes = {} if layer else element.attributes
        specs = tuple(element.specs) or (DEFAULT,)
        kind, type_ = _node_kind(element, layer is not None), element.type or name
        return Node(element.path, name, type_, kind, scope, specs, layer, weights, attributes)

    def _layer_around(self, scope: str) -> str:
        while scope != ROOT and self.scopes[scope].layer is None:
            scope = self.scopes[scope].parent or ROOT
        return (self.scopes[scope].layer if scope != ROOT else None) or "layer:/"

    def add_scope(self, element: Element) -> None:
        parent, name = element.parts
        self.need_scope(parent)
        kind, layer = _SCOPE_KINDS[element.sigil or ":"], None
        if kind is ScopeKind.LAYER:
            layer = self.add_layer(_without_attributes(element), element.layer or element.path)
        type_ = element.type or name
        scope = Scope(element.path, name, type_, kind, parent, layer, attributes=element.attributes)
        self.scopes[scope.id] = scope

    def need_scope(self, scope: str) -> None:
        if scope != ROOT and scope not in self.scopes:
            self.add_scope(read_element(scope))

    def add_layer(self, element: Element, path: str) -> str:
        layer_id, (scope, _, name) = f"layer:{path}", path.rpartition("/")
        if layer_id not in self.layers:
            while scope and f"layer:{scope}" not in self.layers:
                scope = scope.rpartition("/")[0]
            parent = f"layer:{scope}" if scope else None
            self.layers[layer_id] = Layer(
                layer_id, name, element.type or name, config=element.attributes, parent=parent
            )
        self.add_weights(element, layer_id)
        return layer_id

    def add_weights(self, element: Element, owner: str) -> tuple[str, ...]:
        return tuple(self._add_weight(found, owner) for found in element.weights)

    def _add_weight(self, found: re.Match[str], owner: str) -> str:
        owner = f"layer:{found['layer']}" if found["layer"] else owner
        weight_id = f"weight:{owner.removeprefix('layer:')}/{found['name']}"
        if weight_id not in self.weights:
            shape = tuple(int(size) for size in read_sizes(found["shape"]) or ())  # type: ignore[arg-type]
            weight = Weight(weight_id, found["name"], owner, shape, "float32", not found["frozen"])
            self.weights[weight_id] = weight
            known = self.layers.get(owner) or Layer(owner, owner.removeprefix("layer:"), "Layer")
            self.layers[owner] = replace(known, weights=(*known.weights, weight_id))
        return weight_id

    def finish(self, name: str, metadata: dict[str, Any]) -> Graph:
        ends, starts = {e.target for e in self.edges}, {e.source for e in self.edges}
        nodes = [_settle_kind(node, node.id in ends) for node in self.nodes.values()]
        outputs = self.outputs or [
            Port(node.id) for node in nodes if node.id not in starts and node.outputs
        ]
        drawn = Graph(
            name=name,
            nodes=tuple(nodes),
            edges=tuple(self.edges),
            scopes=(Scope(ROOT, name, "Model", ScopeKind.LAYER, None), *self.scopes.values()),
            layers=tuple(self.layers.values()),
            weights=tuple(self.weights.values()),
            outputs=tuple(outputs),
            declared=tuple(self.declared),
            metadata=metadata,
        )
        return replace(drawn, scopes=tuple(self._with_ports(drawn)))

    def _with_ports(self, drawn: Graph) -> Iterator[Scope]:
        taken, returned = _ports_of_scopes(drawn)
        for scope in drawn.scopes:
            yield replace(
                scope,
                inputs=self.takes.get(scope.id, tuple(taken.get(scope.id, ()))),
                outputs=self.returns.get(scope.id, tuple(returned.get(scope.id, ()))),
            )


def _without_attributes(element: Element) -> Element:
    """Return the element of a scope without its attributes, which are not its layer's config."""
    return replace(element, attributes={})


def _ports_of_scopes(
    drawn: Graph,
) -> tuple[dict[str, dict[Port, None]], dict[str, dict[Port, None]]]:
    taken: dict[str, dict[Port, None]] = {}
    returned: dict[str, dict[Port, None]] = {}
    for edge in drawn.edges:
        source, target = drawn.node_by_id[edge.source], drawn.node_by_id[edge.target]
        if edge.kind is not EdgeKind.DATA or source.kind is NodeKind.CONSTANT:
            continue
        around_source = list(drawn.ancestors(source.scope))
        around_target = list(drawn.ancestors(target.scope))
        for scope in around_target:
            if scope not in around_source:
                taken.setdefault(scope, {})[edge.tensor] = None
        for scope in around_source:
            if scope not in around_target:
                returned.setdefault(scope, {})[edge.tensor] = None
    for port in drawn.outputs:
        for scope in drawn.ancestors(drawn.node_by_id[port.node].scope):
            returned.setdefault(scope, {})[port] = None
    for node in drawn.nodes:
        if node.kind is NodeKind.INPUT and node.scope == ROOT:
            taken.setdefault(ROOT, {}).update(
                {Port(node.id, i): None for i in range(len(node.outputs))}
            )
    return taken, returned


def _node_kind(element: Element, is_layer: bool) -> NodeKind:
    if element.type in ("Const", "Input"):
        return NodeKind.CONSTANT if element.type == "Const" else NodeKind.INPUT
    return NodeKind.LAYER if is_layer else NodeKind.OP


def _settle_kind(node: Node, has_edges: bool) -> Node:
    # Whether a bare name is an input shows only when all edges are known.
    if has_edges or node.kind is not NodeKind.OP or node.type != node.name or node.weights:
        return node
    return replace(node, kind=NodeKind.INPUT, type="Input")
