"""Greedy choice of who reaches most in 512 worlds a block, from the definition: everybody is tried at every step."""

from collections.abc import Iterable

from .live_edge import LANES, Tie, threshold, word

Worlds = list[list[set[int]]]
"""World by world, whom each person reaches, herself included."""


def coin_is_live(key: int, lane: int, tie: int, chance: int) -> bool:
    """`live_edge.tie_number` of the tie is below the chance; bits are read until one decides."""
    if chance == 2**64:
        return True
    for j in range(64):
        bit = word(word(key, 8 * j + lane // 64), tie) >> (lane % 64) & 1
        if bit != chance >> (63 - j) & 1:
            return bit == 0
    return False


def worlds(n: int, ties: list[Tie], pass_prob: list[float], block_keys: Iterable[int]) -> Worlds:
    chances = [threshold(p) for p in pass_prob]
    return [
        reached_by_each(n, [tie for e, tie in enumerate(ties) if coin_is_live(key, lane, e, chances[e])])
        for key in block_keys
        for lane in range(LANES)
    ]


def reached_by_each(n: int, live: list[Tie]) -> list[set[int]]:
    listeners: list[list[int]] = [[] for _ in range(n)]
    for u, v in live:
        listeners[u].append(v)
    result = []
    for person in range(n):
        reached, waiting = {person}, [person]
        while waiting:
            new = set(listeners[waiting.pop()]) - reached
            reached |= new
            waiting += new
        result.append(reached)
    return result


def total_reach(some: Worlds, people: Iterable[int]) -> int:
    """People reached by these, summed over worlds."""
    chosen = list(people)
    return sum(len(set().union(*(world[v] for v in chosen))) for world in some)


def greedy(some: Worlds, may: set[int], already: list[int], k: int) -> list[int]:
    """K people who may be chosen, each adding most to those before; of equals the smaller number."""
    chosen: list[int] = []
    while len(chosen) < k:
        chosen.append(max(sorted(may - {*chosen}), key=lambda v: total_reach(some, [*already, *chosen, v])))
    return chosen


def greedy_for_money(some: Worlds, may: set[int], costs: list[float], budget: float, *, by_cost: bool) -> list[int]:
    """People by what they add, or by what they add for their cost, who add something and whom the rest can pay."""
    chosen: list[int] = []
    while True:
        before, left = total_reach(some, chosen), budget - sum(costs[v] for v in chosen)
        adds = {v: total_reach(some, [*chosen, v]) - before for v in sorted(may - {*chosen}) if costs[v] <= left}
        adds = {v: gain for v, gain in adds.items() if gain > 0}
        if not adds:
            return chosen
        chosen.append(max(adds, key=lambda v: adds[v] / costs[v] if by_cost else adds[v]))
