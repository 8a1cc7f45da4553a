"""The tree of Python objects that a SavedModel was made of: its variables and functions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphscope.formats import wire
from graphscope.readers.tensorflow.attributes import read_shape
from graphscope.readers.tensorflow.dtypes import dtype_name
from graphscope.readers.tensorflow.schema import (
    MetaGraphField,
    ObjectField,
    ObjectGraphField,
    UserObjectField,
    VariableField,
)

MAX_OBJECTS = 1_000_000

_TRAINING = frozenset(
    {"optimizer", "_optimizer", "keras_api", "_metrics", "metrics", "_loss_tracker", "loss_tracker"}
)
"""Children that belong to training and not to the model."""

_KERAS = "_tf_keras"
"""How Keras 2 marks its objects."""
_EVERY_LAYER = "_losses_override"
"""What every layer of Keras 3 keeps, and nothing else."""
_INSIDE = "_functional"
"""What a sequential model of Keras 3 holds its layers by."""

_RESTORING = frozenset({"_create_resource", "_initialize"})
"""Functions of a resource that TensorFlow calls to have it again when it loads a model."""


@dataclass(frozen=True, slots=True)
class SavedVariable:
    """A variable as the object tree describes it.

    Attributes:
        name: its path: `dense/kernel`.
        shape: None when it is open.
        dtype: its dtype.
        trainable: whether training changes it.
        key: under which the weights of the model are stored.
    """

    name: str
    shape: tuple[int, ...] | None
    dtype: str
    trainable: bool
    key: str = ""


@dataclass(slots=True)
class SavedObjects:
    """What is read of the tree.

    Attributes:
        variables: by the number of their object, those of the model first, in the order of
            the tree.
        of_training: numbers of those that only the optimizer or metrics hold.
        captures: numbers of the objects that a function takes beside its arguments, by its name.
        functions: names of functions that can be called, by the path of their object; `#2` is
            the second of those that it has for several kinds of arguments.
        restoring: names of functions by which resources are made again, such as tables of words.
        assets: which file of the model an object stands for, by the number of the object.
        owned: keys of the variables that an object of Keras holds itself, by its number.
        described: path and config of objects of Keras, by their numbers, where the tree has them.
        layers: how many layers of Keras are in the tree, the model left out.
    """

    variables: dict[int, SavedVariable] = field(default_factory=dict)
    of_training: set[int] = field(default_factory=set)
    captures: dict[str, list[int]] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    restoring: list[str] = field(default_factory=list)
    assets: dict[int, int] = field(default_factory=dict)
    owned: dict[int, frozenset[str]] = field(default_factory=dict)
    described: dict[int, tuple[tuple[str, ...], memoryview]] = field(default_factory=dict)
    layers: int = 0

    def of_model(self) -> list[SavedVariable]:
        """Return the variables without those of training, in the order of the tree."""
        found = self.variables.items()
        return [variable for number, variable in found if number not in self.of_training]


def read_objects(meta_graph: wire.Fields) -> SavedObjects:
    """Return the variables and functions of the object tree; nothing where there is none.

    Raises:
        MalformedError: when it is damaged.
    """
    data = wire.message(meta_graph, MetaGraphField.OBJECT_GRAPH)
    found = SavedObjects()
    if data is None:
        return found
    fields = wire.split(data)
    nodes = wire.messages(fields, ObjectGraphField.NODE)
    if len(nodes) > MAX_OBJECTS:
        raise wire.MalformedError(f"{len(nodes):,} objects, of which {MAX_OBJECTS:,} are read")
    objects = [wire.split(node) for node in nodes]
    paths = _find_paths(objects)
    of_model = _find_paths(objects, skip=_TRAINING)
    for number, path in ({each: paths[each] for each in of_model} | paths).items():
        described = wire.message(objects[number], ObjectField.VARIABLE)
        if described is not None:
            found.variables[number] = _read_variable(described, "/".join(path))
            if number not in of_model:
                found.of_training.add(number)
    for function, captured in wire.entries(fields, ObjectGraphField.CONCRETE_FUNCTION):
        bound = wire.numbers(wire.split(captured), ObjectGraphField.BOUND_INPUTS, MAX_OBJECTS)
        found.captures[function] = bound
    _add_layers(found, objects, paths)
    found.functions = _find_functions(objects, paths)
    # TensorFlow makes every object, also those that no path leads to.
    found.restoring = [name for each in objects for name in _restoring(each, objects)]
    for number, each in enumerate(objects):
        asset = wire.message(each, ObjectField.ASSET)
        if asset is not None:
            found.assets[number] = wire.number(wire.split(asset), 1) or 0
    return found


def _find_paths(
    objects: list[wire.Fields], *, skip: frozenset[str] = frozenset()
) -> dict[int, tuple[str, ...]]:
    """Return the shortest path to each object, as checkpoints name their keys."""
    paths: dict[int, tuple[str, ...]] = {0: ()} if objects else {}
    waiting = deque(paths)
    while waiting:
        number = waiting.popleft()
        for name, target in _children(objects[number]):
            if target < len(objects) and target not in paths and name not in skip:
                paths[target] = (*paths[number], _escape(name))
                waiting.append(target)
    return paths


def _escape(name: str) -> str:
    """Return a name as a part of a path, as the keys of stored weights write it."""
    return name.replace(".", "..").replace("/", ".S")


def _read_variable(data: memoryview, key: str) -> SavedVariable:
    fields = wire.split(data)
    stated = wire.message(fields, VariableField.SHAPE)
    shape = () if stated is None else read_shape(stated)
    known = None if shape is None else tuple(size for size in shape if size is not None)
    return SavedVariable(
        wire.text(fields, VariableField.NAME),
        known if shape is not None and known is not None and len(known) == len(shape) else None,
        dtype_name(wire.number(fields, VariableField.DTYPE) or 0),
        bool(wire.number(fields, VariableField.TRAINABLE)),
        key,
    )


def _add_layers(
    found: SavedObjects, objects: list[wire.Fields], paths: Mapping[int, tuple[str, ...]]
) -> None:
    for number, path in paths.items():
        user = wire.message(objects[number], ObjectField.USER_OBJECT)
        if user is None:
            continue
        children = dict(_children(objects[number]))
        fields = wire.split(user)
        identifier = wire.text(fields, UserObjectField.IDENTIFIER)
        is_layer = identifier.startswith(_KERAS) and not identifier.endswith("metric")
        if path and path[-1] != _INSIDE:
            found.layers += is_layer or _EVERY_LAYER in children
        if not is_layer:
            continue
        variables = (found.variables.get(target) for target in children.values())
        found.owned[number] = frozenset(each.key for each in variables if each is not None)
        text = wire.message(fields, UserObjectField.METADATA)
        if text:
            found.described[number] = (path, text)


def _children(owner: wire.Fields) -> Iterator[tuple[str, int]]:
    for child in wire.messages(owner, ObjectField.CHILD):
        fields = wire.split(child)
        name = wire.text(fields, ObjectField.CHILD_NAME)
        yield name, wire.number(fields, ObjectField.CHILD_ID) or 0


def _find_functions(
    objects: list[wire.Fields], paths: Mapping[int, tuple[str, ...]]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, path in paths.items():
        for place, name in enumerate(_concrete(objects[number]), 1):
            found["/".join(path) + (f"#{place}" if place > 1 else "")] = name
    return found


def _restoring(owner: wire.Fields, objects: list[wire.Fields]) -> Iterator[str]:
    for name, target in _children(owner):
        if name in _RESTORING and target < len(objects):
            yield from _concrete(objects[target])


def _concrete(owner: wire.Fields) -> list[str]:
    """Return the names of the functions that an object stands for, by what they are called with."""
    described = wire.message(owner, ObjectField.FUNCTION)
    if described is None:
        return []
    return list(map(wire.decode, wire.messages(wire.split(described), 1)))
