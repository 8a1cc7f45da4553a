"""From the JSON of a config to `LayerConfig` and `ModelConfig`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphscope.errors import ReadError
from graphscope.readers.keras.calls import parse_calls, parse_reference
from graphscope.readers.keras.config import LayerConfig, ModelConfig, NamedTensor, TensorRef
from graphscope.readers.keras.modules import is_builtin_layer, is_operation
from graphscope.readers.text import quote

_REMEDY = "The file was edited or damaged; save the model anew."
_FUNCTIONAL = ("layers", "input_layers", "output_layers")


def parse_model(document: Mapping[str, Any], file_name: str) -> LayerConfig:
    """Return the model that a `config.json` describes.

    Raises:
        ReadError: when the document describes no Keras model, naming what is wrong.
    """
    class_name = document.get("class_name")
    if not isinstance(class_name, str) or not isinstance(document.get("config"), dict):
        raise ReadError(
            f"config.json in {quote(file_name)} describes no Keras model: it has no class name "
            "and config.",
            "Save the model with model.save('NAME.keras').",
        )
    return parse_layer(document, fallback_name=class_name)


def parse_layer(entry: Any, *, fallback_name: str = "") -> LayerConfig:
    """Return a layer, model or operation.

    Raises:
        ReadError: when the entry is not of a form that Keras writes.
    """
    if not isinstance(entry, dict):
        raise ReadError(
            f"The model lists {quote(entry)} among its layers, which is no layer.", _REMEDY
        )
    config = entry.get("config")
    name = _name(entry, config, fallback_name)
    class_name = entry.get("class_name")
    if not isinstance(class_name, str) or not class_name:
        raise ReadError(
            f"Layer {quote(name)} has the class {quote(class_name)}, which is no name.", _REMEDY
        )
    config = config if isinstance(config, dict) else {"config": config}
    module = entry.get("module")
    calls = parse_calls(entry.get("inbound_nodes"), name)
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
        model=_parse_inside(name, class_name, config),
    )


def _name(entry: Mapping[str, Any], config: Any, fallback: str) -> str:
    candidates = [entry.get("name"), config.get("name") if isinstance(config, dict) else None]
    for name in candidates:
        if isinstance(name, str) and name:
            return name
    if any(name is not None for name in candidates) or not fallback:
        raise ReadError(f"A layer has the name {quote(candidates[0])}, which is no text.", _REMEDY)
    return fallback


def _is_builtin(entry: Mapping[str, Any]) -> bool:
    # Files of Keras 2 give no module; a registered name marks what is not Keras's own.
    if "module" not in entry:
        return not entry.get("registered_name")
    return is_builtin_layer(entry.get("module"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _shared_id(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _parse_inside(name: str, class_name: str, config: Mapping[str, Any]) -> ModelConfig | None:
    if all(key in config for key in _FUNCTIONAL):
        return _parse_functional(name, config)
    # Subclasses of Sequential keep its config; `build_input_shape` tells them from other layers
    # that hold a list of layers.
    if class_name == "Sequential" or ("layers" in config and "build_input_shape" in config):
        layers = _parse_layers(name, config.get("layers"))
        return ModelConfig("sequential", layers, input_shape=config.get("build_input_shape"))
    if class_name == "Functional":
        missing = next(key for key in _FUNCTIONAL if key not in config)
        raise ReadError(f"The functional model {quote(name)} has no {missing}.", _REMEDY)
    return None


def _parse_layers(model: str, entries: Any) -> tuple[LayerConfig, ...]:
    if not isinstance(entries, list):
        raise ReadError(
            f"The layers of model {quote(model)} are {quote(entries)} instead of a list.", _REMEDY
        )
    layers = tuple(parse_layer(entry) for entry in entries)
    seen: set[str] = set()
    for layer in layers:
        if layer.name in seen:
            raise ReadError(
                f"Model {quote(model)} has two layers named {quote(layer.name)}.",
                "Names must differ within a model; rename one and save the model anew.",
            )
        seen.add(layer.name)
    return layers


def _parse_functional(name: str, config: Mapping[str, Any]) -> ModelConfig:
    layers = _parse_layers(name, config["layers"])
    by_name = {layer.name: layer for layer in layers}
    return ModelConfig(
        "functional",
        layers,
        inputs=tuple(_endpoints(config["input_layers"], name, by_name)),
        outputs=tuple(_endpoints(config["output_layers"], name, by_name)),
    )


def _endpoints(
    value: Any, model: str, layers: Mapping[str, LayerConfig], key: str = ""
) -> Iterator[NamedTensor]:
    if isinstance(value, list) and value and isinstance(value[0], str):
        reference = parse_reference(value, model)
        yield NamedTensor(_count_from_zero(reference, layers), key)
    elif isinstance(value, dict):
        for inner in sorted(value):
            yield from _endpoints(value[inner], model, layers, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _endpoints(item, model, layers, key)
    elif value is not None:
        raise ReadError(
            f"Model {quote(model)} names {quote(value)} as an input or output.", _REMEDY
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
