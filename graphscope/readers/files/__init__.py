"""Opening files and archives of strangers within limits."""
