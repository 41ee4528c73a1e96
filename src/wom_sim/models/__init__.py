"""Models: one file each, a frozen spec with `compile`; `catalogue` lists them."""
