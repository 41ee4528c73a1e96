"""Slow, obvious twins of the kernels, written from the definitions; they share nothing with the package."""
