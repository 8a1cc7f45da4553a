"""Where Keras stores the weights of a model, found without writing a file."""

from __future__ import annotations

from typing import Any


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
