"""Which size an operation's result has, as an expression of the sizes it is given.

The rules look at types and attributes of operations alone, so they serve every graph document.
One module for a family of operations; a type without a rule has no proposal.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from graphscope.analysis.shape_rules.call import Rule, Shape, SizedCall, UnknownSizeError
from graphscope.analysis.shape_rules.layers import propose_spatial_sizes

__all__ = ["Shape", "SizedCall", "propose_shape", "propose_spatial_sizes"]

_NOT_RULES = ("call", "layers")


def _find_rules() -> Mapping[str, Rule]:
    rules: dict[str, Rule] = {}
    for module in iter_modules(__path__):
        if module.name not in _NOT_RULES:
            rules |= import_module(f"{__name__}.{module.name}").RULES
    return rules


RULES = _find_rules()
"""Rules by type of operation."""


def propose_shape(call: SizedCall) -> Shape | None:
    """Return the shape of an operation's first result, None where no rule tells.

    A size in it is None where only that one is not known.
    """
    rule = RULES.get(call.type)
    if rule is None:
        return None
    try:
        return rule(call)
    except UnknownSizeError:
        return None
