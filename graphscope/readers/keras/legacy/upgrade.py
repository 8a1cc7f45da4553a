"""The config of a model of Keras 1 or 2 in the form that Keras 3 writes.

What cannot be carried over is left as it stands, and the parser of today's form judges it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope.readers.keras.legacy import keras1
from graphscope.readers.keras.legacy.functions import LAYERS as FUNCTION_LAYERS
from graphscope.readers.keras.legacy.functions import OPERATION_MODULE, upgrade_function
from graphscope.readers.keras.legacy.nodes import Inside, LegacyCalls, is_legacy
from graphscope.readers.keras.modules import is_keras
from graphscope.readers.shapes import (
    INTERNAL_RULES,
    LAYER_RULES,
    OPERATION_RULES,
    REMOVED_RULES,
)

_RENAMED = keras1.CLASSES | {
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "CuDNNGRU": "GRU",
    "CuDNNLSTM": "LSTM",
    "LayerNormalizationV1": "LayerNormalization",
    "LayerNormalizationV2": "LayerNormalization",
    "SyncBatchNormalization": "BatchNormalization",
}
"""Classes that have another name today, or are part of another class."""

_MODULE = "keras.layers"
_OLD_MODULES = ("keras.engine.", "keras.src.engine.", "tensorflow.python.keras.", "tf_keras.")
"""Where Keras 2 kept layers and models of its own."""

_WITHOUT_RULE = """
    Functional Model Sequential InputLayer Merge FlaxLayer JaxLayer TFSMLayer TorchModuleWrapper RNN
    StackedRNNCells SimpleRNNCell GRUCell LSTMCell ConvLSTMCell
""".split()  # noqa: SIM905 - a paragraph of names reads better than a column
_BUILT_IN = LAYER_RULES.keys() | REMOVED_RULES.keys() | set(_WITHOUT_RULE)

_SETTINGS_OF_SCALE = {"init_values", "projection_dim"}
"""What tells the layer of that name in ConvNeXt from those that users wrote."""

_INNER = ("layer", "backward_layer", "forward_layer", "cell")
"""Settings that hold a layer."""


def upgrade(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the config of a model, an object with `class_name` and `config`, in today's form.

    What is in today's form already comes back as it is.
    """
    upgraded: dict[str, Any] = _upgrade_entry(document, "")
    return upgraded


def upgrade_training(training: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of training as the `compile_config` of today."""
    optimizer = training.get("optimizer_config")
    if not isinstance(optimizer, dict):
        return {**training}
    # Keras 2 registered its own optimizers as if they were the user's: "Custom>Adam".
    name = str(optimizer.get("class_name")).removeprefix("Custom>")
    kept = {key: value for key, value in training.items() if key != "optimizer_config"}
    return {**kept, "optimizer": {**optimizer, "class_name": name}}


def _upgrade_entry(entry: Any, name: str) -> Any:
    """Return a layer or model in today's form; the name is for a model that bears none."""
    if not isinstance(entry, dict) or not isinstance(entry.get("class_name"), str):
        return entry
    entry = _upgrade_class(entry)
    config = entry.get("config")
    if entry["class_name"] == "Sequential" and isinstance(config, list):
        config = {"layers": config} | ({"name": name} if name else {})
    if not isinstance(config, dict):
        return entry
    if isinstance(config.get("layers"), list) and entry["class_name"] != "Merge":
        is_functional = "input_layers" in config
        config = _upgrade_functional(config) if is_functional else _upgrade_sequential(config)
    inner = {key: _upgrade_entry(config[key], "") for key in _INNER if key in config}
    if isinstance(config.get("cells"), list):
        inner["cells"] = [_upgrade_entry(cell, "") for cell in config["cells"]]
    if not inner and config is entry["config"]:
        return entry
    return {**entry, "config": config | inner}


def _upgrade_class(entry: dict[str, Any]) -> dict[str, Any]:
    if entry["class_name"] in FUNCTION_LAYERS:
        return upgrade_function(entry)
    if "module" in entry or entry.get("registered_name"):
        return _upgrade_module(entry)
    return _name_module(entry) if isinstance(entry.get("config"), dict) else entry


def _upgrade_module(entry: dict[str, Any]) -> dict[str, Any]:
    today, module = _RENAMED.get(entry["class_name"], entry["class_name"]), entry.get("module")
    if not isinstance(module, str) or today not in _BUILT_IN | INTERNAL_RULES.keys():
        return entry
    if module.startswith(_OLD_MODULES):
        return {**entry, "class_name": today, "module": _MODULE}
    is_renamed = today != entry["class_name"] and is_keras(module)
    return {**entry, "class_name": today} if is_renamed else entry


def _name_module(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry of a file that names no modules with its module."""
    class_name, config = entry["class_name"], entry["config"]
    today = _RENAMED.get(class_name, class_name)
    if class_name == "Merge":
        today, config = keras1.upgrade_merge(config)
    if today in _BUILT_IN:
        config = keras1.upgrade_config(today, config)
        if not _is_operation(today, entry, config):
            return {**entry, "class_name": today, "module": _MODULE, "config": config}
    if _is_operation(today, entry, config):
        return {**entry, "module": OPERATION_MODULE}
    if today in INTERNAL_RULES and config.keys() >= _SETTINGS_OF_SCALE:
        return {**entry, "module": _MODULE}
    # Only a class of the user is neither; it may have been registered as "package>Class".
    return {
        **entry,
        "class_name": class_name.rpartition(">")[2],
        "module": None,
        "registered_name": class_name,
    }


def _is_operation(class_name: str, entry: Mapping[str, Any], config: Mapping[str, Any]) -> bool:
    """Whether a class that is the name of a layer and of an operation stands for the latter.

    The HDF5 files of Keras 3 leave modules out, and its operations are not trainable.
    """
    nodes = entry.get("inbound_nodes")
    is_of_today = isinstance(nodes, list) and bool(nodes) and not is_legacy(nodes[0])
    return is_of_today and class_name in OPERATION_RULES and "trainable" not in config


def _upgrade_functional(config: dict[str, Any]) -> dict[str, Any]:
    layers = [_upgrade_entry(entry, "") for entry in config["layers"]]
    calls = LegacyCalls(layers, {_name_of(entry): _inside(entry) for entry in layers})
    if not calls.exist:
        return config | {"layers": layers}
    for position, entry in enumerate(layers):
        nodes = entry.get("inbound_nodes") if isinstance(entry, dict) else None
        if isinstance(nodes, list):
            upgraded = [calls.upgrade(node) for node in nodes]
            layers[position] = {**entry, "inbound_nodes": upgraded}
    ends = {
        key: calls.upgrade_end(config[key])
        for key in ("input_layers", "output_layers")
        if key in config
    }
    return config | {"layers": layers} | ends


def _upgrade_sequential(config: dict[str, Any]) -> dict[str, Any]:
    layers = [
        _upgrade_entry(entry, f"sequential_{position + 1}")
        for position, entry in enumerate(config["layers"])
    ]
    first = _config_of(layers[0]) if layers else {}
    if "batch_input_shape" in first and layers[0].get("class_name") != "InputLayer":
        # Before there were input layers in it, the first layer said what it takes.
        names = {_name_of(entry) for entry in layers}
        layers.insert(0, _make_input(first, names))
    return config | {"layers": layers}


def _make_input(first: Mapping[str, Any], taken: set[str]) -> dict[str, Any]:
    name = f"{first.get('name', 'model')}_input"
    while name in taken:
        name += "_"
    config = {"name": name, "batch_input_shape": first["batch_input_shape"]}
    if isinstance(first.get("dtype"), str):
        config["dtype"] = first["dtype"]
    return {"class_name": "InputLayer", "config": config}


def _config_of(entry: Any) -> Mapping[str, Any]:
    config = entry.get("config") if isinstance(entry, dict) else None
    return config if isinstance(config, dict) else {}


def _name_of(entry: Any) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return str(name or _config_of(entry).get("name"))


def _inside(entry: Any) -> Inside | None:
    config = _config_of(entry)
    if not isinstance(config.get("layers"), list):
        return None
    return "functional" if "input_layers" in config else "sequential"
