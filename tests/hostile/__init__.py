"""Files that strangers might send: made, given to the commands, and judged."""
