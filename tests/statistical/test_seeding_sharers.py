"""Whom to ask to share: the best connected beat people drawn at random where contacts are unequal, and only there.

Libai, Muller & Peres (2013) and Hinz et al. (2011): hubs are the best seeds, because more people see what they share.
Both choices share the same item on the same networks with the same luck, so that their difference is paired; networks
are drawn anew, and the tolerance is 4 standard errors of the mean over networks.
"""

import math

import networkx as nx
import numpy as np

import wom_sim as wom
from campaign_runner import SILENT, run_campaign
from kernel_runner import compiled_only
from wom_sim.models.campaign import Campaign, Item, Starting
from wom_sim.seeding.degree import Degree
from wom_sim.seeding.random import Random

pytestmark = compiled_only

N_PEOPLE, N_STARTERS, N_NETWORKS = 400, 8, 40
FILM = Item(name="film", channel="shared", contact_reach=0.5, seen_prob=0.8, engage_prob=0.5, share_prob=0.5)
SHARER = Starting(start_as="sharer", item="film")


def heavy_tailed(number):
    return nx.barabasi_albert_graph(N_PEOPLE, 3, seed=number)


def regular(number):
    return nx.random_regular_graph(6, N_PEOPLE, seed=number)


def gains(network):
    """Mean sharers of the best connected less those of people drawn at random, in each network."""
    found = []
    for number in range(N_NETWORKS):
        # Numbers by lot: among equals the strategy takes the first, and nobody shall be first for a reason.
        place = np.random.default_rng(number).permutation(N_PEOPLE)
        ties = place[np.array(network(number).edges)]
        graph = wom.Graph.from_edges(*ties.T, directed=False, n_people=N_PEOPLE)
        sharers = []
        for strategy in (Degree, Random):
            starters = strategy(n_seed_nodes=N_STARTERS).choose(graph, key=np.uint64(number)).nodes
            campaign = Campaign(content=[FILM], word_of_mouth=SILENT)
            runs = run_campaign(
                campaign, graph, starters, days=60, n_replicas=40, rng_seed=7000 + number, starting=SHARER
            )
            sharers.append(runs.total("shares").mean())
        found.append(sharers[0] - sharers[1])
    return np.array(found)


def test_hubs_win_where_contacts_are_unequal():
    won = gains(heavy_tailed)
    assert won.mean() > 4 * won.std(ddof=1) / math.sqrt(N_NETWORKS)
    assert won.mean() > 0.5 * N_STARTERS


def test_nobody_is_a_better_start_where_all_have_as_many_contacts():
    won = gains(regular)
    assert abs(won.mean()) < 4 * won.std(ddof=1) / math.sqrt(N_NETWORKS)
    assert won.std() > 0.0
