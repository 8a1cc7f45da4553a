"""Several models on one server: opened, closed, read anew, and told to the pages that show them."""
