"""The live page: all runs below a folder, while they are written."""
