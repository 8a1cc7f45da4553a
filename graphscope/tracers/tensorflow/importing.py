"""Importing a graph definition for its shapes alone, in a sixth of the time.

TensorFlow's own import asks each operation for its device, its neighbours in place and its control
dependencies, which takes far longer than the inference of the shapes. Where the parts of TensorFlow
that this rests on are missing, the public function does the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    )
)
"""Whether this TensorFlow has what the fast way needs."""


def import_definition(graph: Any, definition: Any, inputs: Mapping[str, Any]) -> None:
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
        return
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
    for operation in graph.new_operations():
        framework_ops.Operation._from_c_op(c_op=operation, g=graph)
