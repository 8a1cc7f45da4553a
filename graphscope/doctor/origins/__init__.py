"""Where a value came from: the chain of expressions that fixed it, to literals and arguments."""
