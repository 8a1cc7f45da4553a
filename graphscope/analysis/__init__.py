"""What can be computed from a graph alone. The only importer of networkx."""
