"""Reverse-reachable sets equal the naive oracle set by set, however they are drawn, and hit as often as they should."""

from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernel_runner import compiled_only
from tests.oracles import reverse_sets as oracle

import wom_sim as wom
from wom_sim.engine.streams import purpose_key
from wom_sim.graph.csr import complete_graph
from wom_sim.models.base import Setting, compile_on
from wom_sim.models.reverse import reverse_of
from wom_sim.seeding.reverse_sets import Drawer, new_scratch
from wom_sim.theory import cascade_exact

KEY, ROOT_KEY = np.uint64(2**63 + 5), np.uint64(77)
ROOM = 1 << 30


def world_of(graph, model):
    return reverse_of(compile_on(graph, model, Setting(key=partial(purpose_key, 1))), graph)


def sets_of(world, n_sets, first=0, **keys):
    drawn = Drawer(world, KEY, ROOT_KEY, **keys).draw(first, first + n_sets, max_bytes=ROOM)
    return [sorted(s.tolist()) for s in np.split(drawn.members, drawn.end[:-1])] if n_sets else []


def expected(live, n, n_sets, **keys):
    return [
        sorted(oracle.reverse_set(live, oracle.word(int(KEY), s), oracle.below(int(ROOT_KEY), s, n), **keys))
        for s in range(n_sets)
    ]


@st.composite
def graphs(draw, most=9):
    n = draw(st.integers(1, most))
    if draw(st.integers(0, 5)) == 0:
        return complete_graph(n)
    person = st.integers(0, n - 1)
    ties = draw(st.lists(st.tuples(person, person), max_size=24))
    src, dst = zip(*ties, strict=True) if ties else ((), ())
    return wom.Graph.from_edges(list(src), list(dst), directed=draw(st.booleans()), n_people=n)


@given(graphs(), st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.integers(0, 4))
def test_one_chance_for_all_ties(graph, p, max_depth):
    world = world_of(graph, wom.IndependentCascade(share_prob=p))
    live = oracle.coin_sources(graph, lambda v: p)
    assert sets_of(world, 20) == expected(live, graph.n_people, 20)
    assert sets_of(world, 20, max_depth=max_depth) == expected(live, graph.n_people, 20, max_depth=max_depth)


@given(graphs())
def test_chances_of_those_who_listen(graph):
    """2^63 P(c) of fractions such as 1/3 may be one off when computed in float64: no draw of these falls between."""
    world = world_of(graph, wom.WeightedCascade())
    live = oracle.coin_sources(graph, lambda v: 1.0 / max(len(oracle.sources_of(graph, v)), 1))
    assert sets_of(world, 20) == expected(live, graph.n_people, 20)


@given(graphs(), st.integers(0, 3))
def test_ties_that_people_choose(graph, max_depth):
    world = world_of(graph, wom.LinearThreshold())
    live = oracle.chosen_source(graph, None)
    assert sets_of(world, 20, max_depth=max_depth) == expected(live, graph.n_people, 20, max_depth=max_depth)


def test_weights_that_leave_part_to_nobody():
    graph = wom.Graph.from_edges([0, 1, 2, 3], [3, 3, 3, 0], tie_columns={"w": [0.25, 0.125, 0.5, 0.5]})
    of = {3: [Fraction(1, 4), Fraction(1, 8), Fraction(1, 2)], 0: [Fraction(1, 2)]}
    live = oracle.chosen_source(graph, lambda v: of[v])
    assert sets_of(world_of(graph, wom.LinearThreshold(weight="w")), 200) == expected(live, 4, 200)


@given(graphs(), st.integers(1, 300), st.integers(1, 3))
@settings(max_examples=20)
def test_threads_and_batches_change_no_set(graph, n_sets, threads):
    world = world_of(graph, wom.WeightedCascade())
    everything = sets_of(world, 300)
    assert sets_of(world, n_sets, threads=threads) == everything[:n_sets]
    assert sets_of(world, 300 - n_sets, first=n_sets) == everything[n_sets:]


def test_sets_that_do_not_fit_side_by_side_are_drawn_fewer_at_a_time():
    """Everybody reaches everybody: 64 sets of 60 people are more than there is room for."""
    graph = complete_graph(60)
    drawer = Drawer(world_of(graph, wom.IndependentCascade(share_prob=1.0)), KEY, ROOT_KEY)
    drawer._scratches.append(new_scratch(drawer.world))
    short = drawer._scratches[0]
    need = 60 + len(short.tie) + 16
    drawer._scratches[0] = short._replace(person=short.person[:need].copy(), lane=short.lane[:need].copy())
    drawn = drawer.draw(0, 100, max_bytes=ROOM)
    assert np.diff(drawn.end, prepend=0).tolist() == [60] * 100
    assert not short.seen.any()
    assert not short.taken.any()


@given(graphs(), st.integers(0, 2**9 - 1))
def test_sets_that_hold_marked_people_are_counted_and_left_empty(graph, marked):
    world = world_of(graph, wom.WeightedCascade())
    hits = np.array([marked >> v & 1 for v in range(graph.n_people)], np.uint8)
    drawer = Drawer(world, KEY, ROOT_KEY)
    whole = sets_of(world, 50)
    drawn = drawer.draw(0, 50, hits=hits, max_bytes=ROOM)
    left = [s if not hits[s].any() else [] for s in whole]
    assert [sorted(s.tolist()) for s in np.split(drawn.members, drawn.end[:-1])] == left
    assert drawn.n_hit == sum(bool(hits[s].any()) for s in whole)
    counted = drawer.draw(0, 50, hits=hits, keep=False, max_bytes=ROOM)
    assert (counted.n_hit, len(counted.members)) == (drawn.n_hit, 0)


@compiled_only
@pytest.mark.parametrize("few", [True, False])
def test_ties_with_chances_of_their_own_are_live_as_often(few):
    """n P(set holds u) is the exact spread of u; four standard errors of a share, sqrt(q (1 - q) / R)."""
    rng = np.random.default_rng(4)
    u, v = np.triu_indices(8, 1)
    keep = rng.random(len(u)) < 0.5
    p = rng.choice([0.1, 0.3, 0.75, 1.0], keep.sum()) if few else rng.random(keep.sum()) ** 3
    graph = wom.Graph.from_edges(u[keep], v[keep], n_people=8, tie_columns={"p": p})
    world = world_of(graph, wom.IndependentCascade(share_prob="p"))
    n_sets = 400_000
    drawn = Drawer(world, KEY, ROOT_KEY).draw(0, n_sets, max_bytes=ROOM)
    share = np.bincount(drawn.members, minlength=8) / n_sets
    ties = list(zip(u[keep].tolist(), v[keep].tolist(), strict=True))
    exact = np.array([cascade_exact(8, ties, chances=p, seed_nodes=[s]).spread for s in range(8)])
    error = np.sqrt(share * (1 - share) / n_sets)
    assert (abs(share - exact / 8) < 4 * error).all()


@compiled_only
def test_more_chances_than_have_groups_of_their_own_share_groups():
    """A star of 200 into its hub, chances all different: the hub's live ties are as many as the chances say."""
    p = np.concatenate((np.geomspace(1e-6, 1.0, 190), np.zeros(10)))
    graph = wom.Graph.from_edges(range(1, 201), [0] * 200, tie_columns={"p": p})
    world = world_of(graph, wom.IndependentCascade(share_prob="p"))
    assert len(world.accept) == 190
    n_sets = 300_000
    drawn = Drawer(world, KEY, ROOT_KEY).draw(0, n_sets, max_bytes=ROOM)
    held = np.bincount(drawn.members, minlength=201)[1:] / n_sets
    q = (p + 1.0) / 201  # as the root itself, or with the hub as the root
    assert (abs(held - q) < 4.5 * np.sqrt(q / n_sets)).all()


@compiled_only
def test_who_takes_part_counts():
    graph = complete_graph(2)
    world = world_of(graph, wom.IndependentCascade(share_prob=1.0))
    part = np.array([1 << 62, 0], np.uint64)
    drawn = Drawer(world, KEY, ROOT_KEY, takes_part=part).draw(0, 100_000, max_bytes=ROOM)
    assert set(drawn.members.tolist()) == {0}
    assert abs(len(drawn.members) / 100_000 - 0.5) < 4 * 0.5 / np.sqrt(100_000)
    hit = Drawer(world, KEY, ROOT_KEY, takes_part=part).draw(0, 100_000, hits=np.ones(2, np.uint8), max_bytes=ROOM)
    assert hit.n_hit == len(drawn.members)
