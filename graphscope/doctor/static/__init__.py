"""What can be found without running anything: in the graph of a model, and in source."""

from graphscope.doctor.static.compilation import Compilation, Loss, read_compilation
from graphscope.doctor.static.model import CheckedModel
from graphscope.doctor.static.run import check_model, check_source

__all__ = [
    "CheckedModel",
    "Compilation",
    "Loss",
    "check_model",
    "check_source",
    "read_compilation",
]
