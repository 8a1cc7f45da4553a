"""The calls of layers among the name scopes of a graph, and what the layers are."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from graphscope.readers.tensorflow.scoping.claims import Claims
from graphscope.readers.tensorflow.scoping.classes import COMPUTING, Traits, recognise_class
from graphscope.readers.tensorflow.scoping.known_layers import KnownLayer, KnownLayers
from graphscope.readers.tensorflow.scoping.names import (
    DEFAULT_NAMES,
    INTERNAL,
    SUFFIX,
    plain_name,
    weight_name,
)
from graphscope.readers.tensorflow.scoping.places import LayerDraft, Place, PlaceTree
from graphscope.readers.tensorflow.unfolding.program import Variable

_AROUND = frozenset(
    {"Placeholder", "PlaceholderWithDefault", "Const", "Identity", "NoOp", "Cast", "_Arg"}
    | {"HashTable", "HashTableV2", "MutableHashTable", "MutableHashTableV2"}
    | {"AnonymousHashTable", "AnonymousMutableHashTable", "MutableDenseHashTableV2"}
)
"""Operations that stand around a model without belonging to it, tables of words among them."""
_MODELS = frozenset({"functional", "sequential", "model"})
"""Names that Keras gives to models."""


class LayerCalls:
    """The layers of a graph and the places where they are called.

    Args:
        tree: the places of its operations.
        name: what the whole model is called where the graph does not say.
        weights: the variables that layers own.
        known: layers that the file describes beside the graph.

    Attributes:
        model: the layer that the whole graph is.
        root: the place of its call: all around it is no name scope of its own.
    """

    def __init__(
        self,
        tree: PlaceTree,
        name: str,
        weights: Collection[Variable],
        known: KnownLayers | None = None,
    ) -> None:
        self._tree = tree
        self._known = known or KnownLayers()
        self._called: dict[KnownLayer, LayerDraft] = {}
        self.root = tree.root
        self.model = LayerDraft((), name, "Model")
        self._claims = Claims(tree, weights, self.model, self._known)
        for weight in weights:
            self._claims.own(weight)
        self._claim_containers()
        self._holders = self._find_holders()
        self._suffix = self._claims.find_suffix()
        self._claim_by_name()
        self._name_drafts()
        self._find_root()
        self._recognise()
        self._describe()

    def drafts(self) -> Iterator[LayerDraft]:
        """Yield all layers but the model, parents before those they hold."""
        seen: dict[LayerDraft, None] = {self.model: None}
        placed = (place.layer for place in self._tree.root.walk() if place.layer is not None)
        for draft in (*placed, *self._claims.owners.values()):
            chain = []
            holder: LayerDraft | None = draft
            while holder is not None and holder not in seen and holder not in chain:
                chain.append(holder)
                holder = holder.parent
            seen |= dict.fromkeys(reversed(chain))
        yield from (draft for draft in seen if draft is not self.model)

    def is_group(self, place: Place) -> bool:
        """Whether a name scope that is no call of a layer is worth a box of its own.

        Inside a built-in layer, name scopes are how TensorFlow computes it.
        """
        if place.is_operation:
            return False
        around = _layer_around(place)
        if around is not None and around.class_name in COMPUTING:
            return False
        inside = sum(each.is_filled for each in place.children.values())
        return place.steps - place.constants + inside + len(place.regions) > 1

    # Claims --------------------------------------------------------------------------------

    def _claim_containers(self) -> None:
        """Make the places around calls of layers calls of layers as well: models and blocks."""
        for place in [place for place in self._tree.root.walk() if place.layer is not None]:
            draft = place.layer
            for around in place.ancestors():
                if around.region is not None or around.is_loop:
                    continue
                if around.layer is None:
                    self._call_container(around, draft)
                if draft is not None and around.layer is not draft and _is_held(draft, around):
                    draft.parent = around.layer
                draft = around.layer

    def _call_container(self, place: Place, inner: LayerDraft | None) -> None:
        """Make a place the call of what holds a layer, which may have been called before."""
        holder = None if inner is None else inner.parent
        if (
            holder is not None
            and not holder.path
            and plain_name(holder.name) == plain_name(place.name)
        ):
            place.layer = holder
            holder.places.append(place)
        else:
            self._call_unnamed(place)

    def _find_holders(self) -> set[LayerDraft]:
        """Return the layers that hold others, as far as these have weights."""
        placed = (place for place in self._tree.root.walk() if place.layer is not None)
        around = (_layer_around(place) for place in placed)
        return {layer for layer in around if layer is not None}

    def _claim_by_name(self) -> None:
        """Make places that look like calls of layers without weights such calls."""
        for place in list(self._tree.root.walk()):
            is_scope = not (place.region is not None or place.is_operation or place.is_loop)
            if place.layer is None and is_scope and place.is_filled and self._looks_called(place):
                self._call_unnamed(place)

    def _looks_called(self, place: Place) -> bool:
        """Whether the name of a place says that a layer is called there."""
        around = _layer_around(place)
        if self._find_known(place) is not None:
            return True
        is_held = around is None or not around.variables or around in self._holders
        name = plain_name(place.name)
        if is_held and name in DEFAULT_NAMES:
            return True
        # Where a trace numbered the calls of all layers, other name scopes bear no number.
        beside = place.parent is not None and place.parent.layer in self._holders
        numbered = bool(self._suffix) and place.name.endswith(self._suffix)
        return beside and numbered and name not in INTERNAL

    def _find_known(self, place: Place) -> KnownLayer | None:
        model = self._known.find_model()
        around = _layer_around(place)
        holder = around.name if around is not None else "" if model is None else model.name
        return self._known.find_called(place.name, holder)

    def _call_unnamed(self, place: Place) -> None:
        known = self._find_known(place)
        draft = None if known is None else self._called.get(known)
        if draft is None:
            around = _layer_around(place)
            name = place.name if known is None else known.name
            # Its weights may be read nowhere in this graph.
            draft = self._claims.find_uncalled(place.name, around) or LayerDraft(
                (), name, parent=around
            )
        if known is not None:
            self._called[known] = draft
        place.layer = draft
        draft.places.append(place)

    # Names and classes ---------------------------------------------------------------------

    def _name_drafts(self) -> None:
        """Take from names the number that the name scopes of this trace have in common."""
        if not self._suffix:
            return
        named: set[LayerDraft] = set()
        for place in self._tree.root.walk():
            draft = place.layer
            if draft is not None and draft not in named and place.name == draft.name:
                draft.name = SUFFIX.sub("", place.name)
                named.add(draft)

    def _find_root(self) -> None:
        """Take a name scope around everything for the call of the model."""
        place = self.root
        inside = [each for each in place.inside() if any(one.steps for one in each.walk())]
        if len(inside) != 1 or place.types - _AROUND or inside[0].region is not None:
            return
        found = inside[0].layer
        if found is None:
            # Nothing in it has weights, so only its name says that it is a model.
            if plain_name(inside[0].name) in _MODELS and not inside[0].is_operation:
                self.root, self.model.name = inside[0], inside[0].name
            return
        if found.variables and found not in self._holders:
            return
        self.root = inside[0]
        self.model.name, self.model.path = found.name, found.path
        self.model.class_name = found.class_name or "Model"
        self.model.variables += found.variables
        for variable in found.variables:
            self._claims.owners[variable] = self.model
        for place in self._tree.root.walk():
            if place.layer is found:
                place.layer = self.model
            elif place.layer is not None and place.layer.parent is found:
                place.layer.parent = self.model

    def _recognise(self) -> None:
        drafts = list(self.drafts())
        held: dict[LayerDraft, list[LayerDraft]] = {}
        for draft in drafts:
            if draft.parent is not None:
                held.setdefault(draft.parent, []).append(draft)
        # What a layer holds tells its class, so inner ones come first.
        for draft in reversed(drafts):
            inside = held.get(draft, [])
            traits = Traits(
                draft.name,
                {weight_name(variable): variable for variable in draft.variables},
                frozenset().union(*map(_types_inside, draft.places)),
                {each.name: each.class_name for each in inside},
            )
            draft.class_name = recognise_class(traits)

    def _describe(self) -> None:
        """Let what the file tells of layers come before what the graph does."""
        self.model.known = self._known.find_model()
        if self.model.known is not None:
            self.model.name = self.model.known.name
        for draft in self.drafts():
            holder = draft.parent or self.model
            draft.known = self._known.find_owner(draft.variables) or self._known.find_called(
                draft.name, holder.name
            )
        for draft in (self.model, *self.drafts()):
            if draft.known is not None:
                draft.class_name = draft.known.config.class_name or draft.class_name


def _is_held(draft: LayerDraft, around: Place) -> bool:
    """Whether a place around a layer is the call of what holds it, as far as is known."""
    if draft.parent is None:
        return True
    # No weight is named after it, so that only places tell what in the model holds it.
    is_unnamed = draft.is_guess or not draft.path
    holder = around.layer
    is_inside = holder is not None and draft.parent in holder.ancestors()
    return is_unnamed and is_inside and all(around in each.ancestors() for each in draft.places)


def _layer_around(place: Place) -> LayerDraft | None:
    return next((each.layer for each in place.ancestors() if each.layer is not None), None)


def _types_inside(place: Place) -> set[str]:
    """Return the operations of a call, those of the layers in it left out."""
    found: set[str] = set()
    waiting = [place]
    while waiting:
        each = waiting.pop()
        found |= each.types
        waiting += [inner for inner in each.inside() if inner.layer is None]
    return found
