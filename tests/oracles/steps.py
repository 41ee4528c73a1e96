"""The step by whose end a time has come; see `wom_sim.kernels.diffusion.step_of`."""

from math import ceil


def step_by(time, per_step):
    return ceil(time / per_step * (1 - 1e-12))
