"""Candidate cuts from repetition in a row of beads: landmarks and periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from graphscope.analysis.folding.beads import Beads
from graphscope.analysis.folding.strip import Cuts
from graphscope.analysis.folding.tandem import Tandem

_LANDMARKS = 16
"""Kinds of beads that are tried as landmarks, the rarest first."""
_FEWEST = 3
"""A landmark occurs at least so often."""
_SMALLEST = 3
"""Parts in the smallest unit that others are compared with."""
_MOST_KNOWN = 8
"""Kinds of units that others are compared with, the longest first."""


def cut_at_landmarks(beads: Beads) -> Iterator[Cuts]:
    """Yield cuts before, and cuts behind, every bead of one kind, for each of several kinds:
    pooling closes a block, a depthwise convolution opens one.
    """
    counts = Counter(beads.tokens)
    common = sorted((count, token) for token, count in counts.items() if count >= _FEWEST)
    places: dict[int, list[int]] = {token: [] for _, token in common[:_LANDMARKS]}
    for i, token in enumerate(beads.tokens):
        if token in places:
            places[token].append(i)
    for found in places.values():
        yield _trim(found, beads)
        yield _trim([i + 1 for i in found], beads)


def cut_at_periods(beads: Beads, tandems: list[Tandem]) -> Cuts:
    """Return the cuts between the repetitions of all tandems, and around them."""
    places: set[int] = set()
    for tandem in tandems:
        stop = tandem.start + tandem.period * tandem.count
        places.update(range(tandem.start, stop + 1, tandem.period))
    return _trim(sorted(places), beads)


def split_leftovers(cuts: Cuts, beads: Beads, place: dict[int, int]) -> Cuts:
    """Cut units that begin or end with a well-known unit and hold more: the head behind the last
    block, the transition behind the last block of a stage.

    Args:
        cuts: where units begin.
        beads: the row that they are made of.
        place: number of the bead that begins at a part, by the position of the part.
    """
    units = _as_bead_units(cuts, beads, place)
    starts = beads.starts
    blocks = [(a, b) for a, b in units if starts[b] - starts[a] >= _SMALLEST]
    counts = Counter([beads.tokens[a:b] for a, b in blocks])
    known = sorted((key for key, count in counts.items() if count > 1), key=len, reverse=True)
    if not known:
        return cuts
    known = known[:_MOST_KNOWN]
    cores = [core for core in (_find_core(key, beads) for key in known) if core]
    extra: set[int] = set()
    for a, b in units:
        is_known = counts[beads.tokens[a:b]] > 1
        extra.update(_split_unit(a, b, known if is_known else [*known, *cores], beads))
    return tuple(sorted({*cuts, *(beads.starts[i] for i in extra)}))


def _find_core(key: tuple[int, ...], beads: Beads) -> tuple[int, ...]:
    """Return the known unit without the single parts around its regions: a last block may lack
    the activation that closes the others.
    """
    regions = [i for i, token in enumerate(key) if token in beads.regions]
    return key[regions[0] : regions[-1] + 1] if regions else ()


def _as_bead_units(cuts: Cuts, beads: Beads, place: dict[int, int]) -> list[tuple[int, int]]:
    begins = [place[cut] for cut in cuts]
    return list(zip(begins, [*begins[1:], len(beads.tokens)], strict=True))


def _split_unit(begin: int, end: int, known: list[tuple[int, ...]], beads: Beads) -> Iterator[int]:
    tokens = beads.tokens[begin:end]
    for key in known:
        if len(key) >= len(tokens):
            continue
        if tokens[: len(key)] == key:
            yield begin + len(key)
            return
        if tokens[-len(key) :] == key:
            yield end - len(key)
            return


def _trim(places: list[int], beads: Beads) -> Cuts:
    starts = {beads.starts[place] for place in places}
    starts.add(0)
    starts.discard(beads.starts[-1])
    return tuple(sorted(starts))
