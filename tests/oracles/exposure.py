"""Exposure response from its definition: chance number k at the k-th exposure, coins of ties as in `live_edge`."""

from typing import NamedTuple

from .live_edge import LANES, block_key, threshold, tie_number


class Outcome(NamedTuple):
    joined: list[tuple[int, int]]
    exposed: int
    newly: list[int]
    last_step: int
    unfinished: int


def exposure_response(n, ties, adoption_prob, seed_nodes, rng_key, replica, max_steps):
    """`ties`: (u, v) in order of their numbers. `rng_key`: the root from which purposes are drawn."""
    key, lane = block_key(rng_key, replica), replica % LANES
    joined = [(v, -1) for v in seed_nodes]
    adopters, exposures, newly = set(seed_nodes), {}, [len(seed_nodes)]
    while newly[-1] and len(newly) - 1 < max_steps:
        tellers = [v for v, _ in joined[len(joined) - newly[-1] :]]
        before = len(joined)
        for u in tellers:
            for e, (speaker, v) in enumerate(ties):
                if speaker != u or v in adopters:
                    continue
                exposures[v] = exposures.get(v, 0) + 1
                chance = adoption_prob[min(exposures[v], len(adoption_prob)) - 1]
                if tie_number(key, lane, e) < threshold(chance):
                    adopters.add(v)
                    joined.append((v, u))
        newly.append(len(joined) - before)
    unfinished = int(newly[-1] > 0)
    if len(newly) > 1 and not newly[-1]:
        newly.pop()
    return Outcome(joined, len(exposures), newly, len(newly) - 1, unfinished)
