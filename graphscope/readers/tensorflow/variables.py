"""Variables of a graph: the operations that stand for them and those that read them."""

from __future__ import annotations

from math import prod

from graphscope.graph.constants import MAX_CONSTANT
from graphscope.readers.tensorflow import attributes
from graphscope.readers.tensorflow.definitions import NodeDef
from graphscope.readers.tensorflow.facts import FactReader, Facts
from graphscope.readers.tensorflow.unfolding.program import Variable

_HANDLES = frozenset({"VarHandleOp", "VariableV2", "Variable", "AutoReloadVariable"})
_READS = frozenset({"ReadVariableOp", "ReadVariableXlaSplitND"})
_FROZEN_NAMES = ("/ReadVariableOp/resource", "/ReadVariableOp")
_REAL = ("float", "bfloat")


def is_variable(type_: str) -> bool:
    """Whether operations of a type stand for variables."""
    return type_ in _HANDLES


def is_read(type_: str) -> bool:
    """Whether operations of a type take the value of a variable, and do nothing else."""
    return type_ in _READS


def find_variable(
    node: NodeDef, facts: FactReader, *, is_frozen: bool, is_copied: bool, is_handle: bool = False
) -> Variable | None:
    """Return the variable that an operation stands for; None for all others.

    Args:
        node: the operation.
        facts: reads operations.
        is_frozen: whether constants may stand for variables: a frozen graph has no others.
        is_copied: whether an operation hands its value on under the name of a read.
        is_handle: whether it is an input that stands for a variable.
    """
    if is_handle:
        return Variable(node.name, None, "", node)
    if node.op in _HANDLES:
        return _read_handle(node)
    if is_frozen and node.op in ("Const", "HostConst"):
        return _read_frozen(node, facts, is_copied=is_copied)
    return None


def learn(variable: Variable, value: Facts) -> None:
    """Let what is known of the value of a variable tell what is not known of the variable.

    Args:
        variable: the variable.
        value: facts of an operation that reads it.
    """
    if variable.shape is not None and variable.dtype:
        return
    variable.dtype = variable.dtype or (value.dtypes[0] if value.dtypes else "")
    shape = value.shapes[0] if value.shapes else None
    if variable.shape is None and shape is not None:
        known = tuple(size for size in shape if size is not None)
        variable.shape = known if len(known) == len(shape) else None


def _read_handle(node: NodeDef) -> Variable:
    given = node.attributes
    shape = attributes.read_shape_attribute(given["shape"]) if "shape" in given else None
    known = None if shape is None else tuple(size for size in shape if size is not None)
    shared = attributes.read_value(given["shared_name"]) if "shared_name" in given else ""
    return Variable(
        shared or node.name,
        None if shape is None or known is None or len(known) < len(shape) else known,
        attributes.read_dtype(given["dtype"]) if "dtype" in given else "",
        node,
    )


def _read_frozen(node: NodeDef, facts: FactReader, *, is_copied: bool) -> Variable | None:
    constant = facts.read(node).constant
    if constant is None or constant.shape is None or not constant.dtype.startswith(_REAL):
        return None
    # What freezing leaves of a variable says so by its name; where other programs cleaned the
    # graph, only the size does.
    is_named = is_copied or node.name.endswith(_FROZEN_NAMES)
    if not is_named and prod(constant.shape) <= MAX_CONSTANT:
        return None
    return Variable(node.name, constant.shape, constant.dtype, node)
