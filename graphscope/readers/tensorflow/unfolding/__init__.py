"""From definitions to the operations that run: calls opened, tensors led to their producers."""
