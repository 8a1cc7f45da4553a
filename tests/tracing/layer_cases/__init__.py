"""Random small layers with inputs they can take: what the reader's rules are compared on."""

from tests.tracing.layer_cases import images, others, sequences
from tests.tracing.layer_cases.case import Case

CASES = others.CASES | images.CASES | sequences.CASES
"""A maker of random cases for each class."""

__all__ = ["CASES", "Case"]
