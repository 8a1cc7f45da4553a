"""Names for blocks: what the names inside have in common and nobody outside has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from graphscope.analysis.folding.names import is_ordinal, share_prefix, tokenise
from graphscope.analysis.folding.parts import Part

_TOKEN = re.compile(r"\d+|[^\W\d_]+")

_NEARLY_ALL = 2 / 3


class Naming:
    """Knows all names of one scope, so that it can tell which beginnings are a block's own."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._given: Counter[str] = Counter()

    @cached_property
    def _counts(self) -> Counter[tuple[str, ...]]:
        """How many names begin with some tokens; of no use where no units are found."""
        return Counter(
            part.tokens[:end] for part in self._parts for end in range(1, len(part.tokens) + 1)
        )

    def find_own_name(self, members: Sequence[Part], *, least: int = 2) -> str:
        """Return what all telling names of the members begin with, as short as it still is their
        own; empty if there is nothing, or fewer than `least` names tell anything.
        """
        telling = [part.name for part in members if part.tokens]
        if len(telling) < least:
            return ""
        shared = share_prefix(telling)
        tokens = tokenise(shared)
        if not self._is_own(tokens, len(telling)):
            return ""
        while len(tokens) > 1 and not is_ordinal(tokens[-1]):
            if not self._is_own(tokens[:-1], len(telling)):
                break
            tokens = tokens[:-1]
        return _keep_tokens(shared, len(tokens))

    def find_lead_name(self, members: Sequence[Part]) -> str:
        """Return the name of a member that can stand for all; empty if there is none.

        It is the last one if it alone tells something, or if the names of all end like it
        (`normal_add_1_9`, `normal_concat_9`), or the one that holds nearly all nodes, as an expert
        does with the few operations that weigh and add its result.
        """
        telling = [part for part in members if part.tokens]
        last = members[-1]
        if last.tokens and all(part.tokens[-1] == last.tokens[-1] for part in telling):
            return last.name
        largest = max(members, key=lambda part: part.leaves)
        total = sum(part.leaves for part in members)
        return largest.name if largest.leaves >= _NEARLY_ALL * total else ""

    def count_up(self, word: str) -> str:
        """Return the word with the next number: `block 1`, `block 2`."""
        self._given[word] += 1
        return f"{word} {self._given[word]}"

    def _is_own(self, tokens: tuple[str, ...], members: int) -> bool:
        return bool(tokens) and self._counts[tokens] == members


def _keep_tokens(text: str, count: int) -> str:
    ends = [found.end() for found in _TOKEN.finditer(text)]
    return text[: ends[count - 1]] if count <= len(ends) else text
