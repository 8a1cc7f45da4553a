"""From the names of operations to the calls of layers in which they happened."""
