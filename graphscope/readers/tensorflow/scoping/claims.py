"""Which layer reads which weights, and where: the names of variables against those of scopes.

TensorFlow numbers a name scope that is opened again, so the layer `dense` is called in `dense`,
`dense_1` and so on; its variables keep their name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from graphscope.readers.tensorflow.scoping.known_layers import KnownLayers
from graphscope.readers.tensorflow.scoping.names import (
    DEFAULT_NAMES,
    INTERNAL,
    SUFFIX,
    bears,
    plain_name,
    weight_name,
)
from graphscope.readers.tensorflow.scoping.places import LayerDraft, Place, PlaceTree
from graphscope.readers.tensorflow.unfolding.program import Region, Variable


class Claims:
    """Makes the places where weights are read calls of the layers that own them.

    Args:
        tree: the places of all operations.
        weights: the variables that layers own.
        model: the layer that owns what is named after none.
        known: layers that the file describes beside the graph.

    Attributes:
        owners: the layer of each weight that is read.
    """

    def __init__(
        self,
        tree: PlaceTree,
        weights: Collection[Variable],
        model: LayerDraft,
        known: KnownLayers,
    ) -> None:
        self._tree = tree
        self._weights = frozenset(weights)
        self._model = model
        self.owners: dict[Variable, LayerDraft] = {}
        self._by_path: dict[tuple[str, ...], LayerDraft] = {}
        self._suffixes: Counter[str] = Counter()
        self._path_of = known.path_of
        self._ambiguous = self._find_ambiguous()
        for region in tree.regions:
            self._claim_reads(region)

    def own(self, variable: Variable) -> None:
        """Give a weight, which may never be read, to a layer."""
        if variable not in self.owners:
            path = self._path_of(variable)
            self._own(self._draft(path) if path else self._model, variable)

    def find_uncalled(self, scope: str, holder: LayerDraft | None) -> LayerDraft | None:
        """Return the layer that a name scope in the call of another is named after.

        Only layers count whose weights are read nowhere: others are called where they are read.
        """
        inside = () if holder is None else holder.path
        for name in dict.fromkeys((scope, SUFFIX.sub("", scope))):
            for path in dict.fromkeys(((*inside, name), (name,))):
                draft = self._by_path.get(path)
                if draft is not None and draft.variables and not draft.places:
                    return draft
        return None

    def find_suffix(self) -> str:
        """Return the number that this trace added to the name scopes of all layers."""
        found = max(self._suffixes, key=self._suffixes.__getitem__, default="")
        if found or not self._suffixes:
            return found
        # Names of weights in a frozen graph are made from name scopes, so they agree with them.
        names = {place.name for place in self._tree.root.walk() if place.layer is not None}
        ends = {match[1] if (match := SUFFIX.search(name)) else "" for name in names}
        return ends.pop() if len(ends) == 1 and len(names) > 1 else ""

    def _claim_reads(self, region: Region) -> None:
        home = self._tree.regions[region]
        for read in region.reads:
            variable = read.variable
            if variable not in self._weights:
                continue
            path = self._path_of(variable)
            around = self._tree.find(home, read.region, read.name)
            place = self._match(around, path)
            if place is not None:
                path, place = self._go_deeper(path, place, around)
            else:
                self._claim_holder(path, around)
            owner = self.owners.get(variable)
            if owner is None:
                owner = place.layer if place is not None else None
                if owner is None or not _is_same(owner.path, path):
                    owner = self._new_draft(path, place) if path else self._model
                self._own(owner, variable)
            if place is not None and owner is not self._model:
                self._call(owner, place)

    def _claim_holder(self, path: tuple[str, ...], around: Place) -> None:
        """Make a place the call of what holds the layer that reads there.

        Keras 2 opened no name scope for the cell of a recurrent layer.
        """
        for end in range(len(path) - 1, 0, -1):
            place = self._match(around, path[:end])
            if place is not None:
                self._call(self._draft(path[:end]), place)
                return

    def _go_deeper(
        self, path: tuple[str, ...], place: Place, around: Place
    ) -> tuple[tuple[str, ...], Place]:
        """Return the layer inside a named one that reads a weight, if the name stops short of it.

        A layer that Keras builds in the call of a model gives its weights the name of the model
        only: there may be several `model/kernel`.
        """
        while around.is_operation or around.name in INTERNAL:
            if around.parent is None:
                return path, place
            around = around.parent
        if place not in around.ancestors():
            return path, place
        if path in self._ambiguous or plain_name(around.name) in DEFAULT_NAMES:
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
            draft.parent = self._draft(path[:-1]) if len(path) > 1 else self._model
        return draft

    def _own(self, owner: LayerDraft, variable: Variable) -> None:
        self.owners[variable] = owner
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
        elif not draft.is_guess or SUFFIX.search(place.name) is None:
            self._suffixes[""] += 1

    def _match(self, place: Place | None, path: tuple[str, ...]) -> Place | None:
        """Return the innermost place, this one or one around it, that bears a layer's name."""
        if not path:
            return None
        while place is not None:
            if place.region is None and not place.is_loop and bears(place.name, path[-1]):
                return place
            place = place.parent
        return None

    def _find_ambiguous(self) -> set[tuple[str, ...]]:
        """Return the paths of layers by which several weights have the same name."""
        names = {weight: (self._path_of(weight), weight_name(weight)) for weight in self._weights}
        counts = Counter(names.values())
        return {name[0] for name in names.values() if counts[name] > 1}


def _is_same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two paths lead to one layer: a weight that came later may leave out the model."""
    shared = min(len(one), len(other))
    return bool(shared) and one[-shared:] == other[-shared:]
