"""Who starts: one strategy a file; `catalogue` lists them."""
