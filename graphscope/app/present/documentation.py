"""Where a layer class is documented."""

from __future__ import annotations

from urllib.parse import quote

from graphscope.graph import Layer

# keras.io files its pages by topic, so the address of a class cannot be told from its name; the
# same texts are here under the name of the class.
_LAYERS = "https://www.tensorflow.org/api_docs/python/tf/keras/layers/"


def find_documentation(layer: Layer | None) -> str:
    """Return the address of the documentation of a built-in layer class, or nothing.

    >>> find_documentation(Layer("layer:d", "d", "Dense", module="keras.layers"))
    'https://www.tensorflow.org/api_docs/python/tf/keras/layers/Dense'
    >>> find_documentation(Layer("layer:d", "d", "Dense", module="my_layers"))
    ''
    """
    if layer is None or not _is_built_in(layer.module):
        return ""
    return _LAYERS + quote(layer.class_name, safe="")


def _is_built_in(module: str) -> bool:
    return f"{module}.".startswith(("keras.layers.", "keras.src.layers."))
