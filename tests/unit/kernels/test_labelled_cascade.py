"""IC-N and competing brands a block at once, against replica by replica: the same replicas, whatever is cut how."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import make_process
from kernel_runner import FEWER_CASES, JIT_OFF, compiled_only, store
from wom_sim.engine.forms import ALONE
from wom_sim.graph.csr import Graph
from wom_sim.kernels.diffusion import HALTED
from wom_sim.kernels.fused_cascade import BATCH
from wom_sim.kernels.rng import LANES
from wom_sim.models.competitive_cascade import CompetitiveCascade
from wom_sim.models.negative_opinion import NegativeOpinion
from wom_sim.scenario.schema import MAX_STEPS

CHANCES = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, 0.5, 0.25, 2.0**-60, 1 - 2.0**-53]))
QUALITIES = st.one_of(st.sampled_from([0.0, 1.0, 0.5, 1 - 2.0**-53, 2.0**-60]), st.floats(0, 1))
RULES = st.sampled_from(["random_neighbour", "first_brand", "random_brand"])
RNG_SEEDS = st.integers(0, 2**64 - 1)
STEPS = st.sampled_from([0, 1, 2, 3, MAX_STEPS])
RANGES = st.tuples(st.sampled_from([0, 1, 63, 200, 448, 511, 512, 10**6]), st.integers(1, 12 if JIT_OFF else 130))
EXAMPLES = 100 if FEWER_CASES else 250


@st.composite
def networks(draw):
    """A network of few people and many ties, with a column of chances, and whoever starts, in any order."""
    n = draw(st.integers(1, 9))
    people = st.integers(0, n - 1)
    every = [(u, v) for u in range(n) for v in range(n) if u != v]
    some = st.lists(st.sampled_from(every), unique=True, max_size=6 * n) if every else st.just([])
    pairs = draw(st.one_of(st.just(every), some))  # where all are tied to all, labels meet
    each = draw(st.lists(CHANCES, min_size=len(pairs), max_size=len(pairs)))
    src, dst = np.array(pairs, np.int64).reshape(-1, 2).T
    graph = Graph.from_edges(src, dst, n_people=n, tie_columns={"p": each})
    return graph, draw(st.lists(people, unique=True, max_size=4))


def brands_of(chances, shares):
    return [
        {"name": f"b{i}", "share_prob": p, "seed_share": share}
        for i, (p, share) in enumerate(zip(chances, shares, strict=True))
    ]


@st.composite
def competitions(draw):
    n = draw(st.one_of(st.integers(2, 5), st.just(16)))
    alike = draw(st.booleans())
    chances = st.one_of(CHANCES, st.just("p"))
    shares = draw(st.lists(st.sampled_from([0.0, 0.3, 1.0, 2.0]), min_size=n, max_size=n).filter(any))
    each = [draw(chances)] * n if alike else draw(st.lists(chances, min_size=n, max_size=n))
    split = draw(st.sampled_from(["in_turn", "blocks"]))
    return CompetitiveCascade(brands=brands_of(each, shares), tie_rule=draw(RULES), split=split)


opinions = st.builds(NegativeOpinion, share_prob=st.one_of(CHANCES, st.just("p")), quality=QUALITIES)


def run(process, first, last, form, *, curves=True, scratch=None):
    """Run replicas first .. last - 1 in a form, whatever the process would take."""
    process.forms.forms[LANES] = process.forms.forms[LANES]._replace(worth_it=0.0)
    process.forms.chosen = form
    scratch = process.new_scratch(np.zeros(1, np.uint8)) if scratch is None else scratch
    return process.run_chunk(first, last, scratch, curves=curves)


def assert_same(found, wanted):
    for name, count in wanted.counts.items():
        np.testing.assert_array_equal(found.counts[name], count, err_msg=name)
    for name, newly in wanted.newly.items():
        np.testing.assert_array_equal(found.newly[name], newly, err_msg=name)
    np.testing.assert_array_equal(found.last_step, wanted.last_step)
    np.testing.assert_array_equal(found.stop, wanted.stop)
    assert found.ties == wanted.ties


@settings(max_examples=EXAMPLES)
@given(networks(), st.one_of(opinions, competitions()), RANGES, RNG_SEEDS, STEPS, st.booleans())
def test_replicas_at_once_are_those_run_one_by_one(network, model, which, rng_seed, max_steps, curves):
    """To the last bit: counts, sums, curves, last steps, ends, and ties examined."""
    (graph, seeds), (first, n) = network, which
    process = make_process(graph, model, seeds, rng_seed=rng_seed, max_steps=max_steps)

    at_once = run(process, first, first + n, LANES, curves=curves)

    assert_same(at_once, run(process, first, first + n, ALONE, curves=curves))


@settings(max_examples=EXAMPLES // 5)
@given(networks(), st.one_of(opinions, competitions()), RANGES, st.integers(1, 129), RNG_SEEDS)
def test_where_chunks_end_changes_nothing_and_memory_is_left_clean(network, model, which, size, rng_seed):
    """Chunks that begin and end anywhere in a block, run in the same memory."""
    (graph, seeds), (first, n) = network, which
    process = make_process(graph, model, seeds, rng_seed=rng_seed)
    whole, size = run(process, first, first + n, ALONE), min(size, n)
    scratch = process.new_scratch(np.zeros(1, np.uint8))

    cut = [run(process, r, min(r + size, first + n), LANES, scratch=scratch) for r in range(first, first + n, size)]

    for name, count in whole.counts.items():
        np.testing.assert_array_equal(np.concatenate([part.counts[name] for part in cut]), count)
    for name, newly in whole.newly.items():
        np.testing.assert_array_equal(np.concatenate([part.newly[name] for part in cut]), newly)
    for memory in process._spare:
        assert not memory.state.any()
        assert not memory.last.any()
        assert not memory.planes.any()


def hubs(n=1500, m=6):
    """Everybody after the first m is tied to m earlier people, those with many ties more likely."""
    generator = np.random.Generator(np.random.PCG64(5))
    pairs, ends = [], list(range(m))
    for v in range(m, n):
        chosen = sorted({ends[i] for i in generator.integers(0, len(ends), m)})
        pairs += [(v, u) for u in chosen]
        ends += [*chosen, *[v] * len(chosen)]
    return store(n, pairs, directed=False)


@compiled_only
@pytest.mark.parametrize(
    "model",
    [
        NegativeOpinion(share_prob=0.12, quality=0.7),
        NegativeOpinion(share_prob=0.5, quality=0.95),
        *(
            CompetitiveCascade(brands=brands_of(chances, [1.0] * len(chances)), tie_rule=rule)
            for rule in ("random_neighbour", "first_brand", "random_brand")
            for chances in ([0.1, 0.1], [0.08, 0.2, 0.12], [0.1 + 0.02 * i for i in range(16)])
        ),
    ],
    ids=str,
)
def test_forms_agree_on_a_network_with_hubs(model):
    """Hubs with far more ties than a batch, blocks cut in two, labels that meet at many people."""
    graph = hubs()
    assert graph.out_degree.max() > 4 * BATCH
    process = make_process(graph, model, range(30), rng_seed=9)

    one_by_one = run(process, 300, 1100, ALONE)

    assert_same(run(process, 300, 1100, LANES), one_by_one)
    met = one_by_one.counts["contested" if "contested" in one_by_one.counts else "negative"]
    assert met.mean() > 15


def test_curves_longer_than_their_room_are_whole():
    """A path at p = 1 takes a step a person; those whose curve has no room are run again one by one."""
    n = 150
    process = make_process(
        store(n, [(v, v + 1) for v in range(n - 1)]), NegativeOpinion(share_prob=1, quality=0.9), [0]
    )

    assert_same(run(process, 0, 3, LANES), run(process, 0, 3, ALONE))


@pytest.mark.parametrize(
    "model",
    [NegativeOpinion(share_prob=0.5, quality=0.5), CompetitiveCascade(brands=brands_of([0.5, 0.4], [1.0, 1.0]))],
    ids=["opinions", "brands"],
)
def test_a_halted_block_says_so_and_leaves_its_memory_clean(model):
    graph = store(6, [(u, v) for u in range(6) for v in range(6) if u != v])
    process = make_process(graph, model, [0, 1])
    scratch = process.new_scratch(np.ones(1, np.uint8))

    assert run(process, 0, 90, LANES, scratch=scratch).stop.tolist() == [HALTED] * 90

    (memory,) = process._spare
    assert not memory.state.any()
    assert not memory.planes.any()
