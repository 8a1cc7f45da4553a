"""Which models the tracer has been tried on, and what came out: the page `docs/coverage.md`."""
