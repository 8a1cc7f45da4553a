"""Names that Keras made up, and names that somebody chose."""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBER = re.compile(r"_\d+$")


@lru_cache(maxsize=65536)
def chosen_name(name: str, type_: str) -> str:
    """Return the name, without its number where Keras numbered it itself.

    Keras counts the layers of a class over the whole process, so `dense_7` may well be the
    `dense_2` of another model; `encoder_7` was written by somebody.

    >>> chosen_name("dense_7", "Dense"), chosen_name("encoder_7", "Dense")
    ('dense', 'encoder_7')
    """
    stem = _NUMBER.sub("", name)
    return stem if is_made_up(stem, type_) else name


@lru_cache(maxsize=65536)
def is_made_up(stem: str, type_: str) -> bool:
    """Whether a name without its number is the one that Keras derives from the class.

    >>> is_made_up("conv2d", "Conv2D"), is_made_up("input_layer", "Input"), is_made_up("a", "Dense")
    (True, True, False)
    """
    plain = stem.replace("_", "").lower()
    return plain in (type_.replace("_", "").lower(), f"{type_.lower()}layer")
