"""Field numbers of TensorFlow's messages: those that are read, and no others.

Source: the .proto files in tensorflow/core/framework and tensorflow/core/protobuf. Numbers never
change once they are given.
"""

from __future__ import annotations

from typing import Final


class GraphDefField:
    """graph.proto: GraphDef."""

    NODE: Final = 1
    LIBRARY: Final = 2


class NodeDefField:
    """node_def.proto: NodeDef."""

    NAME: Final = 1
    OP: Final = 2
    INPUT: Final = 3
    ATTR: Final = 5


class LibraryField:
    """function.proto: FunctionDefLibrary."""

    FUNCTION: Final = 1


class FunctionField:
    """function.proto: FunctionDef."""

    SIGNATURE: Final = 1
    NODE: Final = 3
    RET: Final = 4
    CONTROL_RET: Final = 6
    ARG_ATTR: Final = 7


class OpDefField:
    """op_def.proto: OpDef."""

    NAME: Final = 1
    INPUT_ARG: Final = 2
    OUTPUT_ARG: Final = 3
    ATTR: Final = 4
    IS_STATEFUL: Final = 17


class ArgDefField:
    """op_def.proto: OpDef.ArgDef."""

    NAME: Final = 1
    TYPE: Final = 3
    TYPE_ATTR: Final = 4
    NUMBER_ATTR: Final = 5
    TYPE_LIST_ATTR: Final = 6


class AttrDefField:
    """op_def.proto: OpDef.AttrDef."""

    NAME: Final = 1
    TYPE: Final = 2
    DEFAULT: Final = 3


class AttrField:
    """attr_value.proto: AttrValue; a list holds the same kinds under the same numbers."""

    LIST: Final = 1
    S: Final = 2
    I: Final = 3  # noqa: E741 - its name in the file
    F: Final = 4
    B: Final = 5
    TYPE: Final = 6
    SHAPE: Final = 7
    TENSOR: Final = 8
    LIST_FUNC: Final = 9
    FUNC: Final = 10


class ShapeField:
    """tensor_shape.proto: TensorShapeProto."""

    DIM: Final = 2
    UNKNOWN_RANK: Final = 3
    DIM_SIZE: Final = 1


class TensorField:
    """tensor.proto: TensorProto."""

    DTYPE: Final = 1
    SHAPE: Final = 2
    CONTENT: Final = 4
    FLOAT: Final = 5
    DOUBLE: Final = 6
    INT: Final = 7
    STRING: Final = 8
    INT64: Final = 10
    BOOL: Final = 11
    HALF: Final = 13
    UINT32: Final = 16
    UINT64: Final = 17


class SavedModelField:
    """saved_model.proto: SavedModel."""

    META_GRAPH: Final = 2


class MetaGraphField:
    """meta_graph.proto: MetaGraphDef."""

    INFO: Final = 1
    GRAPH: Final = 2
    COLLECTION: Final = 4
    SIGNATURE: Final = 5
    ASSET: Final = 6
    OBJECT_GRAPH: Final = 7


class MetaInfoField:
    """meta_graph.proto: MetaGraphDef.MetaInfoDef."""

    OP_LIST: Final = 2
    TAGS: Final = 4
    TENSORFLOW_VERSION: Final = 5


class OpListField:
    """op_def.proto: OpList."""

    OP: Final = 1


class CollectionField:
    """meta_graph.proto: CollectionDef and its lists."""

    NODES: Final = 1
    BYTES: Final = 2
    VALUE: Final = 1


class VariableDefField:
    """variable.proto: VariableDef."""

    NAME: Final = 1


class SignatureField:
    """meta_graph.proto: SignatureDef."""

    INPUTS: Final = 1
    OUTPUTS: Final = 2


class TensorInfoField:
    """meta_graph.proto: TensorInfo."""

    NAME: Final = 1
    DTYPE: Final = 2
    SHAPE: Final = 3
    SPARSE: Final = 4
    COMPOSITE: Final = 5
    COMPONENTS: Final = 2


class SparseField:
    """meta_graph.proto: TensorInfo.CooSparse."""

    VALUES: Final = 1
    INDICES: Final = 2
    DENSE_SHAPE: Final = 3


class AssetFileField:
    """meta_graph.proto: AssetFileDef."""

    FILENAME: Final = 2


class ObjectGraphField:
    """saved_object_graph.proto: SavedObjectGraph."""

    NODE: Final = 1
    CONCRETE_FUNCTION: Final = 2
    BOUND_INPUTS: Final = 2


class ObjectField:
    """saved_object_graph.proto: SavedObject."""

    CHILD: Final = 1
    USER_OBJECT: Final = 4
    ASSET: Final = 5
    FUNCTION: Final = 6
    VARIABLE: Final = 7
    BARE_FUNCTION: Final = 8
    CHILD_ID: Final = 1
    CHILD_NAME: Final = 2


class UserObjectField:
    """saved_object_graph.proto: SavedUserObject."""

    IDENTIFIER: Final = 1
    METADATA: Final = 3


class KerasMetadataField:
    """saved_metadata.proto of Keras 2: SavedMetadata."""

    NODE: Final = 1


class KerasObjectField:
    """saved_metadata.proto of Keras 2: SavedObject."""

    NUMBER: Final = 2
    PATH: Final = 3
    IDENTIFIER: Final = 4
    METADATA: Final = 5


class VariableField:
    """saved_object_graph.proto: SavedVariable."""

    DTYPE: Final = 1
    SHAPE: Final = 2
    TRAINABLE: Final = 3
    NAME: Final = 6


class BundleHeaderField:
    """tensor_bundle.proto: BundleHeaderProto."""

    SHARDS: Final = 1
    ENDIANNESS: Final = 2


class BundleField:
    """tensor_bundle.proto: BundleEntryProto."""

    DTYPE: Final = 1
    SHAPE: Final = 2
    SHARD: Final = 3
    OFFSET: Final = 4
    SIZE: Final = 5
