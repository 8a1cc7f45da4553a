"""FLOPs, bytes and memory as formulas in the open sizes of a model."""

from graphscope.analysis.formulas.derive import Formulas, derive_formulas
from graphscope.analysis.formulas.formula import Formula

__all__ = ["Formula", "Formulas", "derive_formulas"]
