"""Which name scopes are calls of layers: those where the weights of a layer are read, and those
around them.

TensorFlow numbers a name scope that is opened again, so the layer `dense` is called in `dense`,
`dense_1` and so on; its variables keep their name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from graphscope.readers.shapes import LAYER_RULES
from graphscope.readers.tensorflow.scoping.classes import recognise_class
from graphscope.readers.tensorflow.scoping.places import LayerDraft, Place, PlaceTree
from graphscope.readers.tensorflow.unfolding.program import Region, Variable
from graphscope.readers.weights.names import to_snake_case

_DEFAULT_NAMES = {to_snake_case(class_name): class_name for class_name in LAYER_RULES}
_COMPUTING = frozenset(_DEFAULT_NAMES.values()) | {"LSTMCell", "GRUCell", "SimpleRNNCell"}
_SUFFIX = re.compile(r"(_\d+)$")
_NUMBERS = re.compile(r"(_\d+)+$")
_INTERNAL = frozenset({"batchnorm", "moments", "Tensordot", "einsum", "l2_normalize", "normalize"})
"""Name scopes that TensorFlow's own functions open."""


class LayerCalls:
    """The layers of a graph and the places where they are called.

    Args:
        tree: the places of its operations.
        name: what the whole model is called where the graph does not say.
        weights: the variables that layers own.

    Attributes:
        model: the layer that the whole graph is.
        root: the place of its call: all around it is no name scope of its own.
    """

    def __init__(self, tree: PlaceTree, name: str, weights: Collection[Variable]) -> None:
        self._tree = tree
        self._weights = frozenset(weights)
        self._owners: dict[Variable, LayerDraft] = {}
        self._by_path: dict[tuple[str, ...], LayerDraft] = {}
        self._suffixes: Counter[str] = Counter()
        self._ambiguous = _find_ambiguous(self._weights)
        self.root = tree.root
        self.model = LayerDraft((), name, "Model")
        for region in tree.regions:
            self._claim_reads(region)
        self._claim_containers()
        self._claim_by_name()
        self._suffix = self._find_suffix()
        self._name_drafts()
        self._find_root()
        self._recognise()

    def owner(self, variable: Variable) -> LayerDraft:
        """Return the layer that owns a weight, which may never be read."""
        owner = self._owners.get(variable)
        if owner is None:
            path = _directories(variable)
            owner = self._draft(path) if path else self.model
            self._own(owner, variable)
        return owner

    def drafts(self) -> Iterator[LayerDraft]:
        """Yield all layers but the model, parents before those they hold."""
        seen: dict[LayerDraft, None] = {self.model: None}
        placed = (place.layer for place in self._tree.root.walk() if place.layer is not None)
        for draft in (*placed, *self._owners.values()):
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
        around = next((each.layer for each in place.ancestors() if each.layer is not None), None)
        if around is not None and around.class_name in _COMPUTING:
            return False
        inside = sum(bool(each.is_filled) for each in place.children.values())
        return place.steps - place.constants + inside + len(place.regions) > 1

    # Claims --------------------------------------------------------------------------------

    def _claim_reads(self, region: Region) -> None:
        home = self._tree.regions[region]
        for read in region.reads:
            variable = read.variable
            if variable not in self._weights:
                continue
            path = _directories(variable)
            around = self._tree.find(home, read.region, read.name)
            place = self._match(around, path)
            if place is not None:
                path, place = self._go_deeper(path, place, around)
            owner = self._owners.get(variable)
            if owner is None:
                owner = place.layer if place is not None else None
                if owner is None or owner.path != path:
                    owner = self._new_draft(path, place) if path else self.model
                self._own(owner, variable)
            if place is not None and owner is not self.model:
                self._call(owner, place)

    def _go_deeper(
        self, path: tuple[str, ...], place: Place, around: Place
    ) -> tuple[tuple[str, ...], Place]:
        """Return the layer inside a named one that reads a weight, if the name stops short of it.

        A layer that Keras builds in the call of a model gives its weights the name of the model
        only: there may be several `model/kernel`.
        """
        while around.is_operation or around.name in _INTERNAL:
            if around.parent is None:
                return path, place
            around = around.parent
        if place not in around.ancestors():
            return path, place
        if path in self._ambiguous or _plain(around.name) in _DEFAULT_NAMES:
            return (*path, around.name), around
        return path, place

    def _new_draft(self, path: tuple[str, ...], place: Place | None) -> LayerDraft:
        # Layers of different models may have the same path; where they are called tells them apart.
        if place is None:
            return self._draft(path)
        draft = LayerDraft(path, path[-1], is_guess=path[-1] == place.name)
        self._by_path.setdefault(path, draft)
        return draft

    def _draft(self, path: tuple[str, ...]) -> LayerDraft:
        draft = self._by_path.get(path)
        if draft is None:
            draft = self._by_path[path] = LayerDraft(path, path[-1])
            draft.parent = self._draft(path[:-1]) if len(path) > 1 else self.model
        return draft

    def _own(self, owner: LayerDraft, variable: Variable) -> None:
        self._owners[variable] = owner
        owner.variables.append(variable)

    def _call(self, draft: LayerDraft, place: Place) -> None:
        """Make a place the call of a layer, and the places around it those of its holders."""
        while place.layer is None:
            place.layer = draft
            draft.places.append(place)
            self._count_suffix(place, draft)
            path = draft.path[:-1]
            around = self._match(place.parent, path) if path and place.parent else None
            if around is None:
                return
            holder = draft.parent or around.layer or LayerDraft(path, path[-1])
            self._by_path.setdefault(path, holder)
            draft.parent = holder
            draft, place = holder, around

    def _count_suffix(self, place: Place, draft: LayerDraft) -> None:
        if place.name != draft.name:
            self._suffixes[place.name.removeprefix(draft.name)] += 1
        elif not draft.is_guess or _SUFFIX.search(place.name) is None:
            self._suffixes[""] += 1

    def _match(self, place: Place | None, path: tuple[str, ...]) -> Place | None:
        """Return the innermost place, this one or one around it, that bears a layer's name."""
        if not path:
            return None
        while place is not None:
            if place.region is None and not place.is_loop and _bears(place.name, path[-1]):
                return place
            place = place.parent
        return None

    def _claim_containers(self) -> None:
        """Make the places around calls of layers calls of layers as well: models and blocks."""
        for place in [place for place in self._tree.root.walk() if place.layer is not None]:
            draft = place.layer
            for around in place.ancestors():
                if around.region is not None or around.is_loop:
                    continue
                if around.layer is None:
                    self._call_container(around, draft)
                if draft is not None and draft.parent is None and around.layer is not draft:
                    draft.parent = around.layer
                draft = around.layer

    def _call_container(self, place: Place, inner: LayerDraft | None) -> None:
        """Make a place the call of what holds a layer, which may have been called before."""
        holder = None if inner is None else inner.parent
        if holder is not None and not holder.path and _plain(holder.name) == _plain(place.name):
            place.layer = holder
            holder.places.append(place)
        else:
            self._call_unnamed(place)

    def _claim_by_name(self) -> None:
        """Make places that bear the default name of a built-in layer calls of one."""
        for place in list(self._tree.root.walk()):
            if place.layer is None and self._is_default(place):
                self._call_unnamed(place)

    def _is_default(self, place: Place) -> bool:
        if place.region is not None or place.is_operation or place.is_loop:
            return False
        if not place.is_filled:
            return False
        around = next((each.layer for each in place.ancestors() if each.layer is not None), None)
        if around is not None and around.variables and not _holds_layers(around):
            return False
        return _plain(place.name) in _DEFAULT_NAMES

    def _call_unnamed(self, place: Place) -> None:
        place.layer = LayerDraft((), place.name)
        place.layer.places.append(place)
        place.layer.parent = next(
            (each.layer for each in place.ancestors() if each.layer is not None), None
        )

    # Names and classes ---------------------------------------------------------------------

    def _find_suffix(self) -> str:
        """Return the number that this trace added to the name scopes of all layers."""
        found = max(self._suffixes, key=self._suffixes.__getitem__, default="")
        if found or not self._suffixes:
            return found
        # Names of weights in a frozen graph are made from name scopes, so they agree with them.
        names = {place.name for place in self._tree.root.walk() if place.layer is not None}
        ends = {match[1] if (match := _SUFFIX.search(name)) else "" for name in names}
        return ends.pop() if len(ends) == 1 and len(names) > 1 else ""

    def _name_drafts(self) -> None:
        """Take from names the number that the name scopes of this trace have in common."""
        if not self._suffix:
            return
        named: set[LayerDraft] = set()
        for place in self._tree.root.walk():
            draft = place.layer
            if draft is not None and draft not in named and place.name == draft.name:
                draft.name = _SUFFIX.sub("", place.name)
                named.add(draft)

    def _find_root(self) -> None:
        """Take a name scope around everything for the call of the model."""
        place = self.root
        inside = [each for each in place.inside() if any(one.steps for one in each.walk())]
        if len(inside) != 1 or place.types - _AROUND or inside[0].layer is None:
            return
        found = inside[0].layer
        if found.variables and not _holds_layers(found):
            return
        self.root = inside[0]
        self.model.name, self.model.path = found.name, found.path
        self.model.class_name = found.class_name or "Model"
        self.model.variables += found.variables
        for variable in found.variables:
            self._owners[variable] = self.model
        for place in self._tree.root.walk():
            if place.layer is found:
                place.layer = self.model
            elif place.layer is not None and place.layer.parent is found:
                place.layer.parent = self.model

    def _recognise(self) -> None:
        for draft in self.drafts():
            weights = {weight_name(variable): variable for variable in draft.variables}
            types = set[str]()
            for place in draft.places:
                types |= _types_inside(place)
            draft.class_name = recognise_class(draft.name, weights, types, _DEFAULT_NAMES)


_AROUND = frozenset({"Placeholder", "PlaceholderWithDefault", "Const", "Identity", "NoOp", "Cast"})
"""Operations that stand around a model without belonging to it."""


def weight_name(variable: Variable) -> str:
    """Return what a variable is called in its layer."""
    return variable.name.rpartition("/")[2]


def _directories(variable: Variable) -> tuple[str, ...]:
    return tuple(part for part in variable.name.split("/")[:-1] if part)


def _find_ambiguous(weights: Collection[Variable]) -> set[tuple[str, ...]]:
    """Return the paths of layers by which several weights have the same name."""
    counts = Counter(variable.name for variable in weights)
    return {_directories(variable) for variable in weights if counts[variable.name] > 1}


def _plain(scope: str) -> str:
    """Return the name of a scope without numbers behind it.

    >>> _plain("dense_1_2")
    'dense'
    """
    return _NUMBERS.sub("", scope)


def _bears(scope: str, name: str) -> bool:
    """Whether a name scope is called after a layer, perhaps with a number behind.

    >>> _bears("dense_1", "dense"), _bears("dense_a", "dense")
    (True, False)
    """
    rest = scope[len(name) :]
    return scope.startswith(name) and (not rest or _SUFFIX.fullmatch(rest) is not None)


def _holds_layers(draft: LayerDraft) -> bool:
    return any(
        inner.layer is not None and inner.layer is not draft
        for place in draft.places
        for inner in place.walk()
    )


def _types_inside(place: Place) -> set[str]:
    """Return the operations of a call, those of the layers in it left out."""
    found: set[str] = set()
    waiting = [place]
    while waiting:
        each = waiting.pop()
        found |= each.types
        waiting += [inner for inner in each.inside() if inner.layer is None]
    return found
