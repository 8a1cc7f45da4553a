"""How a model is spread over devices: shards, bytes, and what the devices exchange."""

from graphscope.monitor.distribution.describe import describe_distribution

__all__ = ["describe_distribution"]
