"""The weights of a file: their names, shapes and dtypes, and their numbers when asked for."""
