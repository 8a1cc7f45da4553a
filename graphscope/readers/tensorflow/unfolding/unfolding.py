"""Opening a graph: each call becomes a region, and every input leads to what computes it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from graphscope.readers.tensorflow.definitions import FunctionDef, GraphDef, NodeDef
from graphscope.readers.tensorflow.facts import FactReader, read_argument
from graphscope.readers.tensorflow.unfolding.calls import (
    BRANCH_TYPES,
    LOOP_TYPES,
    called_functions,
    find_depth,
    plain_name,
)
from graphscope.readers.tensorflow.unfolding.order import find_live, in_order
from graphscope.readers.tensorflow.unfolding.problems import Problems
from graphscope.readers.tensorflow.unfolding.program import (
    Loop,
    Read,
    Region,
    RegionKind,
    Result,
    Source,
    Step,
    Variable,
    source_at,
)
from graphscope.readers.tensorflow.unfolding.references import (
    is_added_copy,
    is_control,
    parse_reference,
    referred_node,
)
from graphscope.readers.tensorflow.variables import find_variable, is_read, learn

HIDDEN_TYPES = frozenset({"NoOp", "DisableCopyOnRead", "Assert"})
"""Operations that compute nothing."""

_HANDING_ON = frozenset({"Identity", "Enter", "RefEnter"})


@dataclass(eq=False, slots=True)
class _Body:
    """A graph or function while it is opened at one place."""

    region: Region
    nodes: Mapping[str, NodeDef]
    arguments: Mapping[str, Source]
    returned: frozenset[str]
    depth: int
    values: dict[str, Step | list[Source]] = field(default_factory=dict)
    takers: dict[str, list[tuple[Step, int]]] = field(default_factory=dict)
    """Steps and ports that take an argument, by its name."""
    rings: list[tuple[Step, int, str]] = field(default_factory=list)
    """Inputs whose producers come later."""


class Unfolding:
    """Opens a graph and the functions that it calls.

    Args:
        functions: the library of the graph.
        facts: reads single operations.
        is_frozen: whether constants may stand for variables, because the graph has none.
        keeps_all: whether operations that compute nothing are steps as well.
        handles: names of inputs of the graph that stand for variables.
    """

    def __init__(
        self,
        functions: Mapping[str, FunctionDef],
        facts: FactReader,
        *,
        is_frozen: bool = False,
        keeps_all: bool = False,
        handles: Container[str] = (),
    ) -> None:
        self._functions = functions
        self._facts = facts
        self._is_frozen = is_frozen
        self._keeps_all = keeps_all
        self._handles = handles
        self._depth: int | None = None
        self._open: list[str] = []
        self._variables: dict[NodeDef, Variable] = {}
        self._captured: list[Variable] = []
        self.problems = Problems()

    @property
    def variables(self) -> list[Variable]:
        """The variables that were met, in order."""
        return list(dict.fromkeys([*self._captured, *self._variables.values()]))

    def open_graph(self, region: Region, graph: GraphDef, results: Sequence[str]) -> list[Source]:
        """Fill a region with what the results depend on, and return what they are.

        Args:
            region: receives the steps.
            graph: the graph.
            results: references to tensors and, without a place, operations.
        """
        nodes = graph.by_name
        live = find_live(nodes, map(referred_node, results))
        self.problems.check(graph.nodes, live)
        self._depth = find_depth((nodes[name] for name in live), self._functions)
        return self._fill(_Body(region, nodes, {}, frozenset(results), 0), live, results)

    def open_function(
        self, region: Region, function: FunctionDef, captures: Sequence[Source]
    ) -> list[Source]:
        """Fill a region with a function that is called from nowhere, and return its results.

        Args:
            region: receives the steps, its inputs among them.
            function: the function.
            captures: what it takes behind its arguments.
        """
        self._depth = find_depth(function.nodes, self._functions)
        given = function.arguments[: len(function.arguments) - len(captures)]
        inputs = [
            Step(
                NodeDef.make(argument.name, "Placeholder"),
                read_argument(argument, function.argument_attributes.get(index, {})),
                region,
            )
            for index, argument in enumerate(given)
        ]
        region.items += inputs
        for capture in captures:
            if isinstance(capture, Variable):
                self._captured.append(capture)
        arguments = [*(Result(step, 0) for step in inputs), *captures]
        return self._open_function(region, function, arguments, 0)[1]

    # Bodies --------------------------------------------------------------------------------

    def _open_function(
        self, region: Region, function: FunctionDef, arguments: Sequence[Source], depth: int
    ) -> tuple[_Body, list[Source]]:
        nodes = function.by_name
        results = [function.returns.get(name, "") for name in function.results]
        names = (argument.name for argument in function.arguments)
        bound = dict(zip(names, arguments, strict=False))
        returned = frozenset(map(referred_node, results))
        body = _Body(region, nodes, bound, returned, depth)
        roots = [
            *returned,
            *function.control_returns,
            *(node.name for node in function.nodes if self._has_effect(node)),
        ]
        self._open.append(function.name)
        found = self._fill(body, find_live(nodes, roots), results)
        self._open.pop()
        return body, found

    def _has_effect(self, node: NodeDef) -> bool:
        return (
            node.op not in HIDDEN_TYPES
            and not is_read(node.op)
            and self._facts.is_stateful(node.op)
        )

    def _fill(self, body: _Body, live: set[str], results: Sequence[str]) -> list[Source]:
        for node in in_order(body.nodes, live):
            body.values[node.name] = self._value(body, node)
        for step, port, text in body.rings:
            source = self._resolve(body, text, step)
            if isinstance(source, Result):
                step.carried.append((port, source))
                self.problems.ring(step, source.step, body.nodes)
        return [self._resolve(body, text, None) for text in results]

    def _value(self, body: _Body, node: NodeDef) -> Step | list[Source]:
        if node.op in HIDDEN_TYPES and not self._keeps_all:
            return []
        variable = self._variables.get(node) or find_variable(
            node,
            self._facts,
            is_frozen=self._is_frozen,
            # Graphs of TensorFlow 1 copy a variable where they read it.
            is_copied=f"{node.name}/read" in body.nodes,
            is_handle=not body.depth and node.name in self._handles,
        )
        if variable is not None:
            self._variables[node] = variable
            return [variable]
        if is_read(node.op) or node.op in _HANDING_ON:
            alias = self._find_alias(body, node)
            if alias is not None:
                return alias
        functions = called_functions(node, self._functions)
        if functions:
            return self._call(body, node, functions)
        return self._add_step(body, node)

    def _find_alias(self, body: _Body, node: NodeDef) -> list[Source] | None:
        """Return what an operation hands on, if that is all it does."""
        if not node.inputs or is_control(node.inputs[0]):
            return None
        source = self._resolve(body, node.inputs[0], None)
        if isinstance(source, Variable):
            body.region.reads.append(Read(node.name, source, body.region))
            learn(source, self._facts.read(node))
            return [source]
        if source is None or node.op != "Identity":
            return None
        own = node.name.removeprefix(f"{body.region.caller}/")
        is_returned = node.name in body.returned
        return [source] if is_added_copy(node.name, own, is_returned=is_returned) else None

    def _add_step(self, body: _Body, node: NodeDef, *, is_closed: bool = False) -> Step:
        step = Step(node, self._facts.read(node), body.region, is_closed=is_closed)
        body.region.items.append(step)
        for port, text in enumerate(text for text in node.inputs if not is_control(text)):
            name = referred_node(text)
            if name in body.nodes and name not in body.values and name not in body.arguments:
                body.rings.append((step, port, text))
                step.inputs.append(None)
                continue
            step.inputs.append(self._resolve(body, text, step))
            if name in body.arguments:
                body.takers.setdefault(name, []).append((step, port))
        controls = (body.values.get(text[1:]) for text in node.inputs if is_control(text))
        step.controls = [before for before in controls if isinstance(before, Step)]
        return step

    def _resolve(self, body: _Body, text: str, taker: Step | None) -> Source:
        reference = parse_reference(text)
        if reference.node in body.arguments:
            return body.arguments[reference.node]
        value = body.values.get(reference.node)
        if value is None:
            if text and reference.node not in body.nodes:
                self.problems.dangling(text, "" if taker is None else taker.node.name, taker)
            return None
        index = reference.place
        if reference.output:
            index = self._facts.flat_output(body.nodes[reference.node], reference.output, index)
        if isinstance(value, Step):
            return Result(value, index)
        return value[index] if index < len(value) else None

    # Calls ---------------------------------------------------------------------------------

    def _call(self, body: _Body, node: NodeDef, functions: dict[str, str]) -> Step | list[Source]:
        missing = [name for name in functions.values() if name not in self._functions]
        recursive = [name for name in functions.values() if name in self._open]
        if missing or recursive or (self._depth is not None and body.depth >= self._depth):
            step = self._add_step(body, node, is_closed=True)
            self.problems.closed(step, missing, recursive)
            return step
        tensors = [text for text in node.inputs if not is_control(text)]
        arguments = [self._resolve(body, text, None) for text in tensors]
        opened = {name: self._functions[function] for name, function in functions.items()}
        if node.op in LOOP_TYPES:
            return self._open_loop(body, node, opened, arguments)
        if node.op in BRANCH_TYPES:
            return self._open_choice(body, node, opened, arguments)
        region = _enter(body, node, RegionKind.CALL, plain_name(opened["f"].name))
        return self._open_function(region, opened["f"], arguments, body.depth + 1)[1]

    def _open_loop(
        self,
        body: _Body,
        node: NodeDef,
        functions: dict[str, FunctionDef],
        arguments: list[Source],
    ) -> list[Source]:
        region = _enter(body, node, RegionKind.LOOP, "while")
        taken: dict[tuple[Step, int], int] = {}
        found: dict[str, list[Source]] = {}
        for name in ("cond", "body"):
            function = functions.get(name)
            if function is not None:
                part = _enter_part(region, node, name, name)
                opened, found[name] = self._open_function(part, function, arguments, body.depth + 1)
                for index, argument in enumerate(function.arguments):
                    taken |= dict.fromkeys(opened.takers.get(argument.name, ()), index)
        results, condition = found.get("body", []), source_at(found.get("cond", []), 0)
        region.loop = Loop(condition, arguments, results, taken)
        takers: dict[int, list[tuple[Step, int]]] = {}
        for taker, index in taken.items():
            takers.setdefault(index, []).append(taker)
        for index, result in enumerate(results):
            if isinstance(result, Result) and not region.loop.is_fixed(index):
                region.carries.append((result, takers.get(index, [])))
        return results

    def _open_choice(
        self,
        body: _Body,
        node: NodeDef,
        functions: dict[str, FunctionDef],
        arguments: list[Source],
    ) -> Step:
        choice = _enter(body, node, RegionKind.CHOICE, "if")
        results: list[Source] = []
        for name, function in functions.items():
            part = _enter_part(choice, node, name, "branch")
            results += self._open_function(part, function, arguments[1:], body.depth + 1)[1]
        step = Step(node, self._facts.read(node), choice, [source_at(arguments, 0), *results])
        choice.items.append(step)
        return step


def _enter(body: _Body, node: NodeDef, kind: RegionKind, name: str) -> Region:
    region = Region(kind, name, node.op, body.region, node.name)
    body.region.items.append(region)
    return region


def _enter_part(outer: Region, node: NodeDef, name: str, type_: str) -> Region:
    part = Region(RegionKind.PART, name, type_, outer, node.name)
    outer.items.append(part)
    return part
