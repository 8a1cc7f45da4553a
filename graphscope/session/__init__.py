"""The use cases: open a target, inspect, export, show. The only place that wires parts together."""
