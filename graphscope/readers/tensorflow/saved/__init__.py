"""SavedModels: entry points, the objects that were saved, and where their weights lie."""
