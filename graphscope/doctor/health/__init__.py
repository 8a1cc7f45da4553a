"""Is a training sick, of what, since when, and what would help."""

from graphscope.doctor.health.examine import examine_program, examine_training
from graphscope.doctor.health.training import Training

__all__ = ["Training", "examine_program", "examine_training"]
