"""Importing a graph definition for its shapes alone, in a tenth of the time.

TensorFlow's own import asks each operation for its device, its neighbours in place and its control
dependencies, and makes a Python object of it and of each of its tensors, which takes far longer
than the inference of the shapes. Where the parts of TensorFlow that this rests on are missing, the
public function does the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import tensorflow as tf
from tensorflow.python.client import pywrap_tf_session
from tensorflow.python.framework import c_api_util, importer
from tensorflow.python.framework import ops as framework_ops

IS_FAST = all(
    hasattr(owner, name)
    for owner, name in (
        (tf.Graph, "new_operations"),
        (tf.Graph, "_c_graph"),
        (framework_ops.Operation, "_from_c_op"),
        (importer, "_PopulateTFImportGraphDefOptions"),
        (c_api_util, "ScopedTFImportGraphDefOptions"),
        (pywrap_tf_session, "TF_GraphImportGraphDefWithResults"),
        (pywrap_tf_session, "TF_NewBufferFromString"),
        (pywrap_tf_session, "TF_OperationName"),
        (pywrap_tf_session, "PyOperation"),
        (getattr(pywrap_tf_session, "PyTensor", None), "_shape"),
    )
)
"""Whether this TensorFlow has what the fast way needs."""

Sizes: TypeAlias = tuple[int | None, ...] | None
"""An inferred shape; None where not even the rank is known."""


class Imported:
    """The operations of an imported definition, by name.

    Args:
        graph: the graph that they were imported into.
        unregistered: those that Python's side of the graph does not know yet.
    """

    def __init__(self, graph: Any, unregistered: dict[str, Any]) -> None:
        self._graph = graph
        self._unregistered = unregistered

    def operation(self, name: str) -> Any:
        """Return an operation as TensorFlow's own import would have made it."""
        fresh = self._unregistered.pop(name, None)
        if fresh is not None:
            return framework_ops.Operation._from_c_op(c_op=fresh, g=self._graph)
        return self._graph.get_operation_by_name(name)

    def sizes(self, name: str, count: int) -> list[Sizes]:
        """Return the shapes of all outputs of an operation, of which there are `count`."""
        fresh = self._unregistered.get(name)
        if fresh is None:
            outputs = self._graph.get_operation_by_name(name).outputs
            return [read_sizes(tensor.shape) for tensor in outputs]
        # Objects that are asked for a shape alone, and forgotten; dtype and number do not matter.
        operation = pywrap_tf_session.PyOperation(fresh, pywrap_tf_session.PyTensor)
        operation.graph = self._graph
        found = [
            pywrap_tf_session.PyTensor(operation, index, None, 0)._shape for index in range(count)
        ]
        return [None if unknown_rank else tuple(sizes) for sizes, unknown_rank in found]


def read_sizes(shape: tf.TensorShape) -> Sizes:
    """Return TensorFlow's shape as a tuple."""
    return None if shape.rank is None else tuple(shape.as_list())


def import_definition(graph: Any, definition: Any, inputs: Mapping[str, Any]) -> Imported:
    """Add the operations of a definition to a graph that holds nothing but its inputs.

    Args:
        graph: an empty graph with the placeholders in `inputs`; it is the default graph.
        definition: a `GraphDef`.
        inputs: what stands for tensors of the definition, by their names.

    Raises:
        ValueError: when the shapes do not fit together.
    """
    # Functions are registered in Python, too: that is left to TensorFlow.
    if not IS_FAST or definition.library.function:
        tf.graph_util.import_graph_def(definition, input_map=dict(inputs), name="")
        return Imported(graph, {})
    scoped = c_api_util.ScopedTFImportGraphDefOptions()
    importer._PopulateTFImportGraphDefOptions(scoped.options, "", dict(inputs), None, False, False)
    serialized = pywrap_tf_session.TF_NewBufferFromString(definition.SerializeToString())
    try:
        with graph._c_graph.get() as c_graph:
            results = pywrap_tf_session.TF_GraphImportGraphDefWithResults(
                c_graph, serialized, scoped.options
            )
            pywrap_tf_session.TF_DeleteImportGraphDefResults(results)
    except tf.errors.InvalidArgumentError as error:
        raise ValueError(str(error)) from error
    finally:
        pywrap_tf_session.TF_DeleteBuffer(serialized)
    operations = graph.new_operations()
    return Imported(
        graph,
        {pywrap_tf_session.TF_OperationName(operation): operation for operation in operations},
    )
