"""TensorFlow's messages by the names that texts have: those fields that are read, and no others.

Source: the .proto files named in `schema`.
"""

from __future__ import annotations

import re

from graphscope.formats import text_format
from graphscope.formats.text_format import Field, Kind, Message, Schema
from graphscope.readers.tensorflow.dtypes import DTYPES, REFERENCE

_MESSAGES = {
    "GraphDef": "node=1:NodeDef library=2:Library",
    "NodeDef": "name=1:text op=2:text input=3:text attr=5:Attribute",
    "Attribute": "key=1:text value=2:Value",
    "Value": """
        list=1:List s=2:text i=3:whole f=4:float b=5:whole type=6:whole shape=7:Shape
        tensor=8:Tensor func=10:Name
    """,
    "List": """
        s=2:text i=3:whole f=4:float b=5:whole type=6:whole shape=7:Shape tensor=8:Tensor
        func=9:Name
    """,
    "Name": "name=1:text attr=2:Attribute",
    "Shape": "dim=2:Dimension unknown_rank=3:whole",
    "Dimension": "size=1:whole",
    "Tensor": """
        dtype=1:whole tensor_shape=2:Shape tensor_content=4:text float_val=5:float
        double_val=6:double int_val=7:whole string_val=8:text int64_val=10:whole bool_val=11:whole
        half_val=13:whole uint32_val=16:whole uint64_val=17:whole
    """,
    "Library": "function=1:Function",
    "Function": """
        signature=1:Operation node_def=3:NodeDef ret=4:Reference control_ret=6:Reference
        arg_attr=7:ArgumentAttributes
    """,
    "Reference": "key=1:text value=2:text",
    "ArgumentAttributes": "key=1:whole value=2:Attributes",
    "Attributes": "attr=1:Attribute",
    "Operation": """
        name=1:text input_arg=2:Argument output_arg=3:Argument attr=4:Setting is_stateful=17:whole
    """,
    "Argument": """
        name=1:text type=3:whole type_attr=4:text number_attr=5:text type_list_attr=6:text
    """,
    "Setting": "name=1:text type=2:text default_value=3:Value",
    "SavedModel": "saved_model_schema_version=1:whole meta_graphs=2:MetaGraphDef",
    "MetaGraphDef": """
        meta_info_def=1:Info graph_def=2:GraphDef collection_def=4:Collection
        signature_def=5:Signature asset_file_def=6:Asset object_graph_def=7:Objects
    """,
    "Info": "stripped_op_list=2:Operations tags=4:text tensorflow_version=5:text",
    "Operations": "op=1:Operation",
    "Collection": "key=1:text value=2:Nodes",
    "Nodes": "node_list=1:Texts bytes_list=2:Texts",
    "Texts": "value=1:text",
    "Signature": "key=1:text value=2:Entry",
    "Entry": "inputs=1:Input outputs=2:Input",
    "Input": "key=1:text value=2:TensorInfo",
    "TensorInfo": """
        name=1:text dtype=2:whole tensor_shape=3:Shape coo_sparse=4:Sparse
        composite_tensor=5:Composite
    """,
    "Sparse": "values_tensor_name=1:text indices_tensor_name=2:text dense_shape_tensor_name=3:text",
    "Composite": "components=2:TensorInfo",
    "Asset": "filename=2:text",
    "Objects": "nodes=1:Object concrete_functions=2:Captured",
    "Captured": "key=1:text value=2:Captures",
    "Captures": "bound_inputs=2:whole",
    "Object": """
        children=1:Child user_object=4:UserObject asset=5:SavedAsset function=6:SavedFunction
        variable=7:Variable bare_concrete_function=8:BareFunction
    """,
    "Child": "node_id=1:whole local_name=2:text",
    "UserObject": "identifier=1:text metadata=3:text",
    "SavedAsset": "asset_file_def_index=1:whole",
    "SavedFunction": "concrete_functions=1:text",
    "BareFunction": "concrete_function_name=1:text",
    "Variable": "dtype=1:whole shape=2:Shape trainable=3:whole name=6:text",
}
"""Kinds of messages: name, number and kind of each field."""

_NUMBERS = {
    "float32": "FLOAT",
    "float64": "DOUBLE",
    "complex64": "COMPLEX64",
    "float16": "HALF",
}
"""What TensorFlow calls dtypes, where that is not our name in capital letters."""


def _parse(fields: str) -> Message:
    found = {}
    for each in fields.split():
        name, number, kind = re.split("[=:]", each)
        is_message = kind[0].isupper()
        found[name.encode()] = Field(
            int(number), Kind.MESSAGE if is_message else Kind(kind), kind if is_message else ""
        )
    return found


def _dtypes() -> dict[bytes, int]:
    names = {number: _NUMBERS.get(name, name.upper()) for number, name in DTYPES.items()}
    return {
        f"DT_{name}{ending}".encode(): number + added
        for number, name in names.items()
        for ending, added in (("", 0), ("_REF", REFERENCE))
    }


SCHEMA = Schema({name: _parse(fields) for name, fields in _MESSAGES.items()}, _dtypes())

_ROOTS = {
    **dict.fromkeys(("node", "library", "versions", "version"), "GraphDef"),
    **dict.fromkeys(("saved_model_schema_version", "meta_graphs"), "SavedModel"),
    **dict.fromkeys(
        ("meta_info_def", "graph_def", "saver_def", "collection_def", "signature_def"),
        "MetaGraphDef",
    ),
}
"""Kinds of messages by the fields that they may begin with."""
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|#[^\n]*\n)*+([a-z_]++)\s*+(?:[{<]|:)")


def find_root(data: memoryview) -> str:
    """Return which message a text stands for; empty where it is none of TensorFlow's.

    >>> find_root(memoryview(b"# a graph" + bytes([10]) + b"node { }"))
    'GraphDef'
    """
    match = _BEGINNING.match(data)
    return "" if match is None else _ROOTS.get(match[1].decode(), "")


def encode(data: memoryview, root: str) -> memoryview:
    """Return the bytes of one of TensorFlow's messages that is written as text.

    Raises:
        wire.MalformedError: when it is damaged.
    """
    return memoryview(text_format.encode(data, root, SCHEMA))
