"""Where Keras stores the weights of a model, found without writing a file."""

from __future__ import annotations

from typing import Any


def find_positions(model: Any) -> dict[str, Any]:
    """Return the variables of a model by their positions in an HDF5 file, `layer/weight`.

    Keras finds them there by their order: the first layer that has weights is `0`. What the model
    itself owns comes behind all layers. Returns nothing where this version of Keras saves in
    another way.
    """
    try:
        from keras.src.legacy.saving.legacy_h5_format import _legacy_weights
    except ImportError:
        return {}
    own = [*model._trainable_variables, *model._non_trainable_variables]
    known = {id(variable) for variable in model.weights}
    groups = [_legacy_weights(layer) for layer in model.layers]
    groups.append([variable for variable in own if id(variable) in known])
    return {
        f"{position}/{number}": variable
        for position, group in enumerate(filter(None, groups))
        for number, variable in enumerate(group)
    }


def find_places(model: Any) -> dict[str, Any]:
    """Return the variables of a model by the places in the weights file of a `.keras` archive.

    Keras itself walks through the model, as it does to save it, and no value is read. Returns
    nothing where this version of Keras saves in another way.
    """
    try:
        from keras.src.saving.saving_lib import H5IOStore, _save_state
    except ImportError:
        return {}

    class Places(H5IOStore):  # type: ignore[misc]  # Keras asks for one of its own stores
        """Takes what is stored, and keeps it by its place."""

        def __init__(self) -> None:
            self.entries: dict[str, dict[str, Any]] = {}

        def __bool__(self) -> bool:
            return True

        def make(self, path: str, metadata: object = None) -> dict[str, Any]:  # noqa: ARG002
            return self.entries.setdefault(path, {})

    places = Places()
    _save_state(
        model, weights_store=places, assets_store=None, inner_path="", visited_saveables=set()
    )
    return {
        "/".join(("", *path.split("/"), "vars", key) if path else ("", "vars", key)): value
        for path, entry in places.entries.items()
        for key, value in entry.items()
    }
