"""What names say about belonging together: a hint, never a proof.

A name is split into words and ordinals: `conv2_block1_1_conv` is conv 2 block 1 1 conv, and
`block2a_dwconv` is block 2 a dwconv. Names that only repeat the type with a running number, as
Keras and TensorFlow make them up, say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

Tokens = tuple[str, ...]

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_NUMBER = re.compile(r"(_\d+)?")
_LONGEST = 200
"""Only so much of a name is looked at; names are hostile text."""


def read_name(name: str, type_: str) -> Tokens:
    """Return the tokens of a telling name, none for one that is made up.

    >>> read_name("block2a_dwconv", "DepthwiseConv2D"), read_name("dense_7", "Dense")
    (('block', '2', 'a', 'dwconv'), ())
    """
    tokens = tokenise(name)
    if name.isascii():  # then the letters of the name are those of its words
        letters = "".join([token for token in tokens if not token.isdecimal()])
        if letters != _read_type(type_)[0]:
            return tokens
    return () if is_made_up(name, type_) else tokens


def tokenise(name: str) -> Tokens:
    """Return words (lower case) and ordinals of a name.

    >>> tokenise("conv2_block1_out")
    ('conv', '2', 'block', '1', 'out')
    """
    name = name[:_LONGEST]
    if name.isascii():  # which is as long in lower case
        return tuple(_TOKEN.findall(name.lower()))
    return tuple([token.lower() for token in _TOKEN.findall(name)])


def is_made_up(name: str, type_: str) -> bool:
    """Whether the name is the type with a running number.

    >>> is_made_up("batch_normalization_12", "BatchNormalization"), is_made_up("fc", "Dense")
    (True, False)
    """
    letters, plain = _read_type(type_)
    if _letters(name[:_LONGEST]) != letters:
        return False
    rest = name.lower().removeprefix(plain).removeprefix(type_.lower())
    return _NUMBER.fullmatch(rest) is not None or rest == name.lower()


def _letters(name: str) -> str:
    return _NO_LETTERS.sub("", name).lower()


@lru_cache(maxsize=1_024)
def _read_type(type_: str) -> tuple[str, str]:
    """Return the letters of a type, and the type as the name that Keras makes of it."""
    return _letters(type_), "_".join(_CAMEL.split(type_)).lower()


def is_ordinal(token: str) -> bool:
    """Whether a token counts: a number, or a single letter as in `block2a`."""
    return token.isdecimal() or len(token) == 1


def find_ordinals(tokens: Tokens) -> list[int]:
    """Return behind how many tokens each ordinal ends; see `is_ordinal`.

    >>> find_ordinals(("conv", "2", "block", "1", "out"))
    [2, 4]
    """
    return [i for i, token in enumerate(tokens, 1) if len(token) == 1 or token.isdecimal()]


def share_prefix(names: Sequence[str]) -> str:
    """Return the longest common beginning of the names that ends where a token ends, without
    separators at its end; empty if there is none.

    >>> share_prefix(["conv2_block1_conv", "conv2_block1_bn"])
    'conv2_block1'
    >>> share_prefix(["block_10", "block_12"])
    'block'
    """
    first, last = min(names, default=""), max(names, default="")
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    while length and not all(_ends_token(name, length) for name in (first, last)):
        length -= 1
    return first[:length].rstrip("_-./ :")


def _ends_token(name: str, length: int) -> bool:
    if length >= len(name):
        return True
    before, after = name[length - 1], name[length]
    if before.isalnum() and after.isalnum():
        return before.isdecimal() != after.isdecimal()
    return True
