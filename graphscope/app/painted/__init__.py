"""What happens inside each layer during training, painted onto the graph of the model."""

from graphscope.app.painted.inspecting import Painted, inspect_run, make_painted

__all__ = ["Painted", "inspect_run", "make_painted"]
