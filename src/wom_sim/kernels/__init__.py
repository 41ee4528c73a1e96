"""Compiled inner loops: numpy arrays in, numpy arrays out; no Python objects, no input or output, no clock."""
