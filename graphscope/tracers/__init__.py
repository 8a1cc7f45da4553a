"""From live Keras models to graphs. The only importers of Keras and the backends."""

from graphscope.tracers.creation import record_creation

__all__ = ["record_creation"]
