"""How the outline is found: parts and their interfaces, order, candidate cuts, stages, runs."""
