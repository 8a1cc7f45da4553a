"""The panels around the graph, one module each with `register(app, services)`."""
