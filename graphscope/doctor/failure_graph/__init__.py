"""From what was recorded to a graph: the program's model up to where it failed."""

from graphscope.doctor.failure_graph.attaching import attach_nodes
from graphscope.doctor.failure_graph.build import build_failure_graph
from graphscope.doctor.failure_graph.document import FailureGraph
from graphscope.doctor.failure_graph.path import Path, find_path

__all__ = ["FailureGraph", "Path", "attach_nodes", "build_failure_graph", "find_path"]
