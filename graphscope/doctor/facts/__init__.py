"""What rules ask about a case: values at the failure, operands, sizes, sources, structure."""
