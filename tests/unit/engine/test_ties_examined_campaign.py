"""A campaign says how many ties it examined: those leaving the people who tell, show and join, whoever hears."""

import numpy as np
import pytest

import wom_sim as wom
from campaign_runner import SILENT, START, ad, lines_of, process_of
from wom_sim.engine.campaign_memory import new_scratch, run_world
from wom_sim.engine.streams import campaign_keys
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels.campaign.codes import LOG_SHARED
from wom_sim.models.campaign import Brand, Campaign, Crisis, Decision, Limits, Starting, WordOfMouth

ROW = wom.Graph.from_edges(np.arange(10), np.arange(1, 11), directed=False, n_people=12)
EVERYBODY = 20
"""Ties of eleven people in a row, both ways; the twelfth has none."""

N = 12
RUN = {"days": 200, "rng_seed": 3}
CERTAIN = WordOfMouth(persuasion_prob=1.0, dissatisfied_fraction=0.0)
BUYER = Starting(start_as="satisfied")


def ties_of(process, n=N):
    chunk = process.run_chunk(0, n, process.new_scratch(np.zeros(1, np.uint8)), curves=False)
    return chunk.ties, chunk.counts


@pytest.mark.parametrize("talk", ["one_shot", "persistent"])
def test_who_talks_to_all_contacts_examines_all_ties(talk):
    process = process_of(Campaign(word_of_mouth=CERTAIN, limits=Limits(talk=talk)), ROW, [5], **RUN, starting=BUYER)
    ties, counts = ties_of(process)
    assert (counts["satisfied"] == 11).all()
    assert ties == N * EVERYBODY


def test_who_tells_one_contact_looks_at_all_to_choose_her():
    talk = CERTAIN.model_copy(update={"satisfied_tells": 1.0, "tells_distribution": "fixed"})
    process = process_of(Campaign(word_of_mouth=talk), ROW, [0], **RUN, starting=BUYER)
    ties, counts = ties_of(process)
    degrees = ROW.out_degree
    assert ties == sum(int(degrees[:told].sum()) for told in counts["satisfied"])


@pytest.mark.parametrize("graph", [ROW, complete_graph(12)], ids=["row", "everyone"])
def test_a_contact_made_alone_is_a_tie(graph):
    campaign = Campaign(word_of_mouth=CERTAIN, limits=Limits(talk="contacts"))
    ties, counts = ties_of(process_of(campaign, graph, [5], **RUN, starting=BUYER))
    assert ties == counts["positive_tells"].sum() > 0


def test_where_everybody_is_a_contact_the_people_told_are_counted():
    talk = CERTAIN.model_copy(update={"satisfied_tells": 2.0, "tells_distribution": "fixed"})
    ties, counts = ties_of(process_of(Campaign(word_of_mouth=talk), complete_graph(12), [5], **RUN, starting=BUYER))
    assert ties == counts["tells_planned"].sum() > 0


def test_who_shares_examines_all_her_ties_once_an_item():
    campaign = Campaign(word_of_mouth=SILENT, content=[ad(4, engage_prob=0.6, share_prob=0.6, contact_reach=0.8)])
    process = process_of(campaign, ROW, **RUN)
    lines = lines_of(process, 0, N)
    sharers = lines["person"][lines["what"] == LOG_SHARED]
    assert ties_of(process)[0] == ROW.out_degree[sharers].sum() > 0


def test_who_passes_a_claim_on_examines_all_her_ties():
    crisis = Crisis(name="lie", start=START, starts_with=1, believe_prob=1.0, share_prob=1.0, claim_spread_factor=1.0)
    process = process_of(Campaign(word_of_mouth=SILENT, crises=[crisis]), ROW, **RUN)
    ties, counts = ties_of(process)
    assert ties == EVERYBODY * (counts["believers_ever"] == 11).sum() > 0


def test_who_takes_a_habit_up_is_counted_by_her_contacts():
    campaign = Campaign(outcome="habit", decision=Decision(rule="count", need=1))
    process = process_of(campaign, ROW, [5], **RUN, starting=Starting(start_as="adopter"))
    ties, counts = ties_of(process)
    assert (counts["adopters"] == 11).all()
    assert ties == N * EVERYBODY


def test_the_run_without_the_campaign_counts_too_and_a_pool_too_small_does_not():
    talk = CERTAIN.model_copy(update={"satisfied_tells": 1.0, "tells_distribution": "fixed"})
    campaign = Campaign(brand=Brand(baseline_sales_per_day=1.0), word_of_mouth=talk)
    process = process_of(campaign, ROW, [5], **RUN, starting=BUYER)
    halt, keys = np.zeros(1, np.uint8), campaign_keys(process.rng_seed, 0, N)
    small = new_scratch(process.world, halt, n_steps=process.n_steps, most_told=2, pool=1)
    alone = [run_world(world, keys, small).ties.sum() for world in (process.world, *process.arms.values())]
    assert len(small.state.events) > 1
    assert ties_of(process)[0] == sum(alone)
    assert min(alone) > 0
