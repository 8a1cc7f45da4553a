"""Inputs that stand for variables: a function that was written down alone takes those it reads.

TensorFlow hands a variable to a function as an input of the dtype `resource`, as it does with
tables of words and iterators; what is done with it tells which it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graphscope.readers.tensorflow import attributes
from graphscope.readers.tensorflow.definitions import FunctionDef, GraphDef, NodeDef
from graphscope.readers.tensorflow.unfolding.calls import BRANCH_TYPES, called_functions
from graphscope.readers.tensorflow.unfolding.references import is_control, referred_node

_INPUTS = {"Placeholder": "dtype", "_Arg": "T", "_DeviceArg": "T"}
"""Operations that stand for an input, with the attribute that tells its dtype."""
_HANDING_ON = frozenset({"Identity", "Enter", "RefEnter", "Switch"})
_TAKING = frozenset(
    {"ReadVariableOp", "ResourceGather", "ResourceGatherNd", "VariableShape", "VarIsInitializedOp"}
    | {"AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp", "DisableCopyOnRead"}
)
_UPDATING = ("ResourceApply", "ResourceSparseApply", "ResourceScatter")


def find_handles(definition: GraphDef) -> frozenset[str]:
    """Return the names of inputs of a graph that stand for variables.

    Raises:
        MalformedError: when a definition is damaged.
    """
    inputs = [node.name for node in definition.nodes if _is_resource(node)]
    if not inputs:
        return frozenset()
    search = _Search(definition.functions)
    search.enter("", definition.nodes)
    return frozenset(name for name in inputs if search.is_variable("", name))


def _is_resource(node: NodeDef) -> bool:
    attribute = _INPUTS.get(node.op)
    given = node.attributes.get(attribute) if attribute else None
    return given is not None and attributes.read_dtype(given) == "resource"


class _Search:
    """Follows tensors into the functions that take them.

    Args:
        functions: the library of the graph.
    """

    def __init__(self, functions: Mapping[str, FunctionDef]) -> None:
        self._functions = functions
        self._takers: dict[str, dict[str, list[tuple[NodeDef, int]]]] = {}

    def enter(self, place: str, nodes: Iterable[NodeDef]) -> None:
        """Note what takes which tensor in a graph or function."""
        found = self._takers[place] = {}
        for node in nodes:
            tensors = (text for text in node.inputs if not is_control(text))
            for port, text in enumerate(tensors):
                found.setdefault(referred_node(text), []).append((node, port))

    def is_variable(self, place: str, name: str) -> bool:
        """Whether anything reads or changes what has a name in a graph or function."""
        seen = {(place, name)}
        waiting = [(place, name)]
        while waiting:
            place, name = waiting.pop()
            for node, port in self._takers[place].get(name, ()):
                if node.op in _TAKING or node.op.startswith(_UPDATING):
                    return True
                further = [(place, node.name)] if node.op in _HANDING_ON else []
                further += self._inside(node, port)
                waiting += [each for each in further if each not in seen]
                seen.update(further)
        return False

    def _inside(self, node: NodeDef, port: int) -> Iterator[tuple[str, str]]:
        """Yield what the functions that an operation runs call an input of it."""
        index = port - (node.op in BRANCH_TYPES)
        for called in called_functions(node, self._functions).values():
            function = self._functions.get(called)
            if function is None or not 0 <= index < len(function.arguments):
                continue
            if called not in self._takers:
                self.enter(called, function.nodes)
            yield called, function.arguments[index].name
