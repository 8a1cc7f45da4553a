"""What a file says that its model is made from, for those who can make it."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from graphscope.graph import GraphBuilder
from graphscope.readers.keras.model_graph import ModelFile


class Recipe(TypedDict):
    """The config of a model, and the weights that its file holds, as JSON values."""

    document: dict[str, Any]
    weights: dict[str, list[int]] | None
    """Shapes by the place in the file; None where it holds none that can be read."""
    order: NotRequired[list[list[str]]]
    """The places layer by layer, where Keras finds weights by order and not by place."""


def take_recipe(file: ModelFile) -> Recipe:
    """Return the recipe of the model in a file.

    Raises:
        ReadError: when the file holds no config.
    """
    document = file.document()
    with file.weights(GraphBuilder("recipe")) as (weights, _):
        if weights is None:
            return {"document": document, "weights": None}
        stored = [each for group in weights.walk() for each in group.weights]
        places = {each.path: list(each.shape) for each in stored if each.path}
        return {"document": document, "weights": places}
