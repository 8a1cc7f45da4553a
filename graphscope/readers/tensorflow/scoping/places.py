"""Name scopes as a tree: `model/dense/MatMul` lies at the place `dense` in the place `model`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphscope.readers.tensorflow.scoping.frames import LoopFrames
from graphscope.readers.tensorflow.scoping.known_layers import KnownLayer
from graphscope.readers.tensorflow.unfolding.program import Region, Step, Variable, walk_steps

_NUMBER = re.compile(r"_\d+")
"""TensorFlow numbers what it adds itself: `while/enter/_2`."""

MAX_DEPTH = 60
"""Name scopes within name scopes that are kept apart; those below are one."""


@dataclass(eq=False, slots=True)
class LayerDraft:
    """A layer as far as the graph tells of it.

    Attributes:
        path: its path as the names of its variables give it.
        name: what it is called.
        class_name: empty until it is recognised.
        variables: those it owns itself.
        parent: the layer that holds it.
        places: where it is called.
        is_guess: whether a name scope gives its name, not its variables.
        known: what the file tells of it beside the graph.
    """

    path: tuple[str, ...]
    name: str
    class_name: str = ""
    variables: list[Variable] = field(default_factory=list)
    parent: LayerDraft | None = None
    places: list[Place] = field(default_factory=list)
    is_guess: bool = False
    known: KnownLayer | None = None

    def ancestors(self) -> Iterator[LayerDraft]:
        """Yield the layers that hold it, innermost first."""
        holder = self.parent
        while holder is not None:
            yield holder
            holder = holder.parent


@dataclass(eq=False, slots=True)
class Place:
    """One name scope at one place where it runs, or a region.

    Attributes:
        name: the last part of its name.
        parent: the place around it.
        region: the region it stands for, if any.
        children: places inside by name.
        regions: regions directly inside.
        steps: number of steps directly inside.
        constants: how many of them are constants.
        types: their types.
        is_loop: whether the operations of a loop lie in it, or those of its body or condition.
        is_operation: whether an operation bears its name, so that its own arguments lie inside.
        layer: the layer whose call it is.
    """

    name: str
    parent: Place | None
    region: Region | None = None
    children: dict[str, Place] = field(default_factory=dict)
    regions: list[Place] = field(default_factory=list)
    steps: int = 0
    constants: int = 0
    types: set[str] = field(default_factory=set)
    is_loop: bool = False
    is_operation: bool = False
    layer: LayerDraft | None = None

    def child(self, name: str) -> Place:
        """Return the place of a name inside this one."""
        found = self.children.get(name)
        if found is None:
            found = self.children[name] = Place(name, self)
        return found

    @property
    def is_filled(self) -> bool:
        """Whether anything but constants lies in it."""
        return any(each.steps > each.constants or each.region for each in self.walk())

    def inside(self) -> Iterator[Place]:
        """Yield the places directly inside, regions included."""
        yield from self.children.values()
        yield from self.regions

    def walk(self) -> Iterator[Place]:
        """Yield this place and all inside, outer ones first."""
        waiting = [self]
        while waiting:
            place = waiting.pop()
            yield place
            waiting += reversed([*place.inside()])

    def ancestors(self) -> Iterator[Place]:
        """Yield the places around this one, innermost first."""
        place = self.parent
        while place is not None:
            yield place
            place = place.parent


class PlaceTree:
    """The places of all steps and regions.

    Attributes:
        root: the place of the whole graph.
        steps: the place of each step.
        regions: the place of each region.
    """

    def __init__(self, whole: Region) -> None:
        self.root = Place("", None, whole)
        self.steps: dict[Step, Place] = {}
        self._frames = LoopFrames(walk_steps(whole))
        self.regions: dict[Region, Place] = {whole: self.root}
        waiting = [(whole, self.root)]
        while waiting:
            region, home = waiting.pop()
            for item in region.items:
                if isinstance(item, Step):
                    self._add_step(item, home)
                else:
                    waiting.append((item, self._add_region(item, home)))
        for step, place in self.steps.items():
            _mark_operation(place, step.node.name)
        for region, place in self.regions.items():
            if place.parent is not None:
                _mark_operation(place.parent, region.caller)

        self._mark_loops()

    def find(self, home: Place, region: Region, name: str) -> Place:
        """Return the innermost place around an operation in which any step lies."""
        place = home
        for part in _scopes_of(self._frames.plain_name(name), region):
            inner = place.children.get(part)
            if inner is None:
                break
            place = inner
        return place

    def _mark_loops(self) -> None:
        for name in self._frames.names:
            place = self.root
            for part in name.split("/", MAX_DEPTH):
                inner = place.children.get(part)
                if inner is None:
                    break
                place = inner
            else:
                parts = (place.children.get(part) for part in ("cond", "body"))
                for each in (place, *parts):
                    if each is not None:
                        each.is_loop = True

    def _add_step(self, step: Step, home: Place) -> None:
        place = self.steps[step] = _make(home, step.region, self._frames.plain_name(step.node.name))
        place.steps += 1
        place.types.add(step.node.op)
        place.constants += step.facts.constant is not None

    def _add_region(self, region: Region, home: Place) -> Place:
        outer = region.outer
        around = home
        # The parts of a loop are called by the loop itself.
        if outer is not None and region.caller != outer.caller:
            around = _make(home, outer, region.caller)
        place = self.regions[region] = Place(region.name, around, region)
        around.regions.append(place)
        return place


def _mark_operation(place: Place, name: str) -> None:
    inner = place.children.get(name.rpartition("/")[2])
    if inner is not None:
        inner.is_operation = True


def _make(home: Place, region: Region, name: str) -> Place:
    place = home
    for part in _scopes_of(name, region):
        place = place.child(part)
    return place


def _scopes_of(name: str, region: Region) -> list[str]:
    """Return the name scopes of an operation inside its region.

    The body of a loop repeats the name of the loop: `model/while/MatMul` lies in `model/while`.
    """
    if region.caller and name.startswith(f"{region.caller}/"):
        name = name[len(region.caller) + 1 :]
    parts = name.split("/", MAX_DEPTH)
    return [part for part in parts[:-1] if part and not _NUMBER.fullmatch(part)]
