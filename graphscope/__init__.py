"""graphscope: a visual computation-graph inspector and debugger for Keras 3."""

__version__ = "0.1.0"
