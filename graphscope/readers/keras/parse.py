"""From the JSON of a config to `LayerConfig` and `ModelConfig`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from typing import Any

from graphscope.errors import ReadError
from graphscope.readers.keras.calls import parse_calls, parse_reference
from graphscope.readers.keras.config import Call, LayerConfig, ModelConfig, NamedTensor, TensorRef
from graphscope.readers.keras.faults import Faults, Refusal
from graphscope.readers.keras.modules import is_builtin_layer, is_operation
from graphscope.readers.text import quote

_REMEDY = "The file was edited or damaged; save the model anew."
MAX_LAYERS = 125_000
"""How many layers a model may list; see `emission.MAX_TENSORS`, of which each needs two."""

UNKNOWN_CLASS = "?"
"""Stands where the file names no class."""

_FUNCTIONAL = ("layers", "input_layers", "output_layers")


def parse_model(document: Mapping[str, Any], file_name: str, faults: Faults) -> LayerConfig:
    """Return the model that a `config.json` describes.

    Args:
        document: what the file holds.
        file_name: for messages.
        faults: gets what is wrong in it; broken layers stay, without what is broken.

    Raises:
        ReadError: when the document describes no Keras model at all.
    """
    class_name = document.get("class_name")
    if not isinstance(class_name, str) or not isinstance(document.get("config"), dict):
        lacks = "config" if isinstance(class_name, str) else "class_name"
        wanted = "an object" if lacks == "config" else "a text"
        raise ReadError(
            f"The config in {quote(file_name)} describes no Keras model: "
            f"{_describe_lack(document, lacks, wanted)}.",
            "Save the model with model.save('NAME.keras').",
        )
    return parse_layer(document, fallback_name=class_name, faults=faults)


def _describe_lack(document: Mapping[str, Any], key: str, wanted: str) -> str:
    if key not in document:
        return f"it has no {key}"
    return f"its {key} is {quote(document[key])} instead of {wanted}"


def parse_layer(
    entry: Any, *, fallback_name: str = "", place: int = 0, faults: Faults | None = None
) -> LayerConfig:
    """Return a layer, model or operation.

    Args:
        entry: as it stands in the file.
        fallback_name: its name where it has none, which is no fault then.
        place: its number among the layers of its model, for want of a name.
        faults: gets what is wrong with it; without one, that is raised.

    Raises:
        ReadError: when the entry is not of a form that Keras writes, and `faults` is None.
    """
    faults = Refusal() if faults is None else faults
    errors: list[ReadError] = []
    if not isinstance(entry, dict):
        errors.append(
            ReadError(
                f"The model lists {quote(entry)} among its layers, which is no layer.", _REMEDY
            )
        )
        entry = {"name": f"(layer {place})", "class_name": UNKNOWN_CLASS, "inbound_nodes": [{}]}
    config = entry.get("config")
    name = _find_name(entry, config, fallback_name)
    if not name:
        errors.append(_describe_nameless(entry, config))
        name = fallback_name or f"(layer {place})"
    class_name = entry.get("class_name")
    if not isinstance(class_name, str) or not class_name:
        errors.append(
            ReadError(
                f"Layer {quote(name)} has the class {quote(class_name)}, which is no name.", _REMEDY
            )
        )
        class_name = UNKNOWN_CLASS
    config = config if isinstance(config, dict) else {"config": config}
    calls = parse_calls(entry.get("inbound_nodes"), name, errors.append)
    model = _parse_inside(name, class_name, config, errors, faults)
    layer = _make_layer(entry, name, class_name, config, calls, model)
    for error in errors:
        faults.add(error, (layer,))
    return layer


def _make_layer(
    entry: Mapping[str, Any],
    name: str,
    class_name: str,
    config: Mapping[str, Any],
    calls: tuple[Call, ...],
    model: ModelConfig | None,
) -> LayerConfig:
    module = entry.get("module")
    return LayerConfig(
        name=name,
        class_name=class_name,
        module=module if isinstance(module, str) else "",
        config=config,
        build_config=_mapping(entry.get("build_config")),
        calls=calls,
        shared_id=_shared_id(entry.get("shared_object_id")),
        is_operation=is_operation(module),
        is_builtin=_is_builtin(entry),
        registered_name=str(entry.get("registered_name") or ""),
        model=model,
    )


def _find_name(entry: Mapping[str, Any], config: Any, fallback: str) -> str:
    """Return the name of a layer; nothing when it has none that is a text."""
    names = _names(entry, config)
    for name in names:
        if isinstance(name, str) and name:
            return name
    return fallback if names == (None, None) else ""


def _names(entry: Mapping[str, Any], config: Any) -> tuple[Any, Any]:
    return entry.get("name"), config.get("name") if isinstance(config, dict) else None


def _describe_nameless(entry: Mapping[str, Any], config: Any) -> ReadError:
    given = [name for name in _names(entry, config) if name is not None]
    subject = f"A layer of the class {quote(entry.get('class_name'))} has"
    if not given:
        return ReadError(f"{subject} no name.", _REMEDY)
    if given[0] == "":
        return ReadError(f"{subject} an empty name.", _REMEDY)
    return ReadError(f"{subject} the name {quote(given[0])}, which is no text.", _REMEDY)


def _is_builtin(entry: Mapping[str, Any]) -> bool:
    # Files of Keras 2 give no module; a registered name marks what is not Keras's own.
    if "module" not in entry:
        return not entry.get("registered_name")
    return is_builtin_layer(entry.get("module"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _shared_id(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _parse_inside(
    name: str, class_name: str, config: Mapping[str, Any], errors: list[ReadError], faults: Faults
) -> ModelConfig | None:
    missing = [key for key in _FUNCTIONAL if key not in config]
    if not missing or (class_name == "Functional" and "layers" not in missing):
        for key in missing:
            errors.append(ReadError(f"The functional model {quote(name)} has no {key}.", _REMEDY))
        return _parse_functional(name, config, errors, faults)
    # Subclasses of Sequential keep its config; `build_input_shape` tells them from other layers
    # that hold a list of layers.
    if class_name == "Sequential" or ("layers" in config and "build_input_shape" in config):
        layers = _parse_layers(name, config.get("layers"), errors, faults)
        return ModelConfig("sequential", layers, input_shape=config.get("build_input_shape"))
    if class_name == "Functional":
        errors.append(
            ReadError(f"The functional model {quote(name)} has no {missing[0]}.", _REMEDY)
        )
    return None


def _parse_layers(
    model: str, entries: Any, errors: list[ReadError], faults: Faults
) -> tuple[LayerConfig, ...]:
    if not isinstance(entries, list):
        errors.append(
            ReadError(
                f"The layers of model {quote(model)} are {quote(entries)} instead of a list.",
                _REMEDY,
            )
        )
        return ()
    if len(entries) > MAX_LAYERS:
        raise ReadError(
            f"Model {quote(model)} lists {len(entries):,} layers; at most {MAX_LAYERS:,} are read.",
            "Nothing that large can be drawn; open a part of the model.",
        )
    layers = [parse_layer(entry, place=place, faults=faults) for place, entry in enumerate(entries)]
    seen: set[str] = set()
    for index, layer in enumerate(layers):
        if layer.name in seen:
            layers[index] = _rename(layer, seen)
            error = ReadError(
                f"Model {quote(model)} has two layers named {quote(layer.name)}.",
                "Names must differ within a model; rename one and save the model anew.",
            )
            faults.add(error, (layers[index],))
        seen.add(layers[index].name)
    return tuple(layers)


def _rename(layer: LayerConfig, taken: Set[str]) -> LayerConfig:
    """Return a layer under a name that is free; other layers mean the first of its old name."""
    number = 2
    while f"{layer.name} ({number})" in taken:
        number += 1
    return replace(layer, name=f"{layer.name} ({number})")


def _parse_functional(
    name: str, config: Mapping[str, Any], errors: list[ReadError], faults: Faults
) -> ModelConfig:
    layers = _parse_layers(name, config["layers"], errors, faults)
    by_name = {layer.name: layer for layer in layers}
    return ModelConfig(
        "functional",
        layers,
        inputs=tuple(_endpoints(config, "input_layers", name, by_name, errors)),
        outputs=tuple(_endpoints(config, "output_layers", name, by_name, errors)),
    )


def _endpoints(
    config: Mapping[str, Any],
    ends: str,
    model: str,
    layers: Mapping[str, LayerConfig],
    errors: list[ReadError],
) -> Iterator[NamedTensor]:
    """Yield the inputs or outputs of a model, which stand under the key `ends`."""

    def read(value: Any, key: str) -> Iterator[NamedTensor]:
        if isinstance(value, list) and value and isinstance(value[0], str):
            try:
                reference = parse_reference(value, model)
            except ReadError:
                errors.append(_describe_end(value, ends, model))
            else:
                yield NamedTensor(_count_from_zero(reference, layers), key)
        elif isinstance(value, dict):
            for inner in sorted(value):
                yield from read(value[inner], inner)
        elif isinstance(value, list):
            for item in value:
                yield from read(item, key)
        elif value is not None:
            errors.append(_describe_end(value, ends, model))

    yield from read(config.get(ends), "")


def _describe_end(value: Any, ends: str, model: str) -> ReadError:
    return ReadError(
        f"The {ends} of model {quote(model)} hold {quote(value)}, which is not "
        "[layer, call, output].",
        _REMEDY,
    )


def _count_from_zero(reference: TensorRef, layers: Mapping[str, LayerConfig]) -> TensorRef:
    """Undo that Keras counts the calls of nested functional models from 1 here, and only here."""
    layer = layers.get(reference.layer)
    if layer is None or not reference.call:
        return reference
    calls = len(layer.calls)
    functional = layer.model is not None and layer.model.kind == "functional"
    # Subclasses of Functional with a config of their own are counted so too.
    if functional or (not layer.is_builtin and reference.call == calls):
        return TensorRef(reference.layer, reference.call - 1, reference.output)
    return reference
