"""FLOPs of operations by type: TensorFlow's, JAX's, PyTorch's, and those of Keras operations.

Every module of this package that has a mapping `RULES` from types of operations to rules is found
by itself: to teach graphscope a type, add it to the module it belongs to, or add a module.
"""

from __future__ import annotations

import importlib
import pkgutil

from graphscope.analysis.costs.call import Rule


def collect_rules() -> dict[str, dict[str, Rule]]:
    """Return the rules of every module of this package, by the module's name, in order of names."""
    found = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda each: each.name):
        rules = getattr(importlib.import_module(f"{__name__}.{module.name}"), "RULES", None)
        if rules is not None:
            found[module.name] = rules
    return found


RULES: dict[str, Rule] = {
    type_: rule for rules in collect_rules().values() for type_, rule in rules.items()
}
"""A rule for each type of operation whose cost is known."""
