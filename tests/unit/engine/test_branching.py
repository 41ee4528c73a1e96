"""Several futures of one past: what has not changed is as it was, what has changed is as though a rule had said it."""

import datetime
from dataclasses import replace
from functools import partial
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign_business_cases import draw_business_case, written
from campaign_case import START, Case
from campaign_cases import Drawing, draw_case
from kernel_runner import FEWER_CASES
from wom_sim.durations import Duration
from wom_sim.engine.campaign import CampaignProcess
from wom_sim.engine.streams import purpose_key
from wom_sim.models.base import Setting
from wom_sim.models.campaign import Campaign, Crisis, Item, Response, Starting
from wom_sim.models.campaign.eras import Era, fit
from wom_sim.models.campaign.futures import Turn, problems_with_future, with_rivals_as_before
from wom_sim.models.campaign.tracking import Rule, changed

N_REPLICAS = 3
some_cases = settings(max_examples=25 if FEWER_CASES else 40, deadline=None)
cases = st.randoms(use_true_random=False)


def drawn(r) -> Case:
    case = (draw_case if r.random() < 0.5 else draw_business_case)(r)
    steps = round(case.days / float(case.campaign.step))
    return case if steps > 2 else replace(case, days=round(3 * float(case.campaign.step)))


def steps_of(case: Case) -> int:
    return round(case.days / float(case.campaign.step))


def run(case: Case, campaign: Campaign | None = None, *, past=()):
    """What the first replicas of a campaign give after others that ended at some steps: a `Chunk`."""
    setting = Setting(
        key=partial(purpose_key, case.rng_seed),
        start=START,
        horizon=float(case.days),
        segments=case.segments,
        starting=case.starting,
        past=tuple(Era(earlier, None, until) for earlier, until in past),
    )
    compiled = (campaign or case.campaign).compile(case.graph, setting)
    process = CampaignProcess(compiled, np.array(case.starters, np.int32), rng_seed=case.rng_seed)
    process.check()
    return process.run_chunk(0, N_REPLICAS, process.new_scratch(np.zeros(1, np.uint8)), curves=True)


def assert_same(one, other, *, leave_out=()):
    assert one.counts.keys() - set(leave_out) == other.counts.keys() - set(leave_out)
    for values, others in [(one.counts, other.counts), (one.newly, other.newly), *both_groups(one, other)]:
        for name in values.keys() - set(leave_out):
            np.testing.assert_array_equal(values[name], others[name], err_msg=name)


def both_groups(one, other):
    return [(one.groups[kind], other.groups[kind]) for kind in one.groups if kind != "rule"]


def turn_of(case: Case, until: int) -> Turn:
    return Turn(START, case.campaign.step, until, case.starting.item)


@some_cases
@given(cases)
def test_a_past_that_goes_on_unchanged_changes_nothing(r):
    case = drawn(r)
    until = sorted(r.sample(range(1, steps_of(case)), 2))
    assert_same(run(case), run(case, past=[(case.campaign, step) for step in until]))


def with_what_comes(case: Case, until: int, *, name="new") -> Campaign:
    """The campaign in which things that begin at a step or later are others, and some more begin."""
    campaign, turn = case.campaign, turn_of(case, until)
    first_day = START + datetime.timedelta(days=int(np.ceil(until * float(campaign.step))))
    content = [
        Item(**{**written(item), "share_prob": 0.77, "spend": 0.3 if item.channel == "paid" else item.spend})
        if item.channel == "paid" and not turn.is_over(item.start) and not is_posted(case, item)
        else item
        for item in campaign.content
    ]
    if campaign.limits.talk == "listeners":
        last_day = first_day + datetime.timedelta(days=max(0, round(float(campaign.step)) - 1))
        more = {"start": first_day, "end": last_day, "spend": 1.0, "cost_per_mille": 20.0}
        content.append(
            Item(name=name, channel="paid", engage_prob=0.9, share_prob=0.5 * (not case.graph.complete), **more)
        )
    crises = [
        Crisis(**{**written(crisis), "believe_prob": 0.9}) if not turn.is_over(crisis.start) else crisis
        for crisis in campaign.crises
    ]
    responses = list(campaign.responses)
    if campaign.crises:
        crises.append(Crisis(name=name, start=first_day, starts_with=1, share_prob=0.9))
        delay = Duration(max(0, (first_day - campaign.crises[0].start).days) + 1)
        responses.append(
            Response(to=campaign.crises[0].name, delay=delay, lasts=delay, efficacy=0.9, inoculation_prob=0.9)
        )
    more = {"content": tuple(content), "crises": tuple(crises), "responses": tuple(responses)}
    return campaign.model_copy(update=more)


def is_posted(case: Case, item: Item) -> bool:
    return item.name == case.starting.item or any(who.item == item.name for who in case.campaign.creators)


@some_cases
@given(cases)
def test_what_begins_later_is_as_in_a_run_that_always_had_it(r):
    """Of three campaigns each goes on from the one before; all that differs begins after its date."""
    case = drawn(r)
    first, second = sorted(r.sample(range(1, steps_of(case)), 2))
    between = with_what_comes(case, first)
    last = with_what_comes(replace(case, campaign=between), second, name="newer")
    assert not list(problems_with_future(case.campaign, between, turn_of(case, first)))
    assert not list(problems_with_future(between, last, turn_of(case, second)))
    assert_same(run(case, last), run(case, last, past=[(case.campaign, first), (between, second)]))


def change_of(r, campaign: Campaign) -> dict:
    """Some keys that a rule may change, with other values."""
    changes = {f"content.{item.name}.share_prob": 0.6 for item in campaign.content}
    changes |= {f"content.{item.name}.engage_prob": 0.9 for item in campaign.content}
    changes |= {f"content.{item.name}.spend": r.choice([0.0, 0.4, 3.0]) for item in campaign.content if item.spend}
    changes |= {"trust.friend_engages": 2.0, "trust.owned_engages": 0.3}
    if campaign.outcome == "purchase":
        changes |= {"word_of_mouth.dissatisfied_fraction": 0.9, "word_of_mouth.satisfied_talk_prob": 0.4}
    changes |= {f"crises.{crisis.name}.believe_prob": 0.1 for crisis in campaign.crises}
    if campaign.dialogue is not None:
        changes |= {"dialogue.answered_fraction": 1.0, "dialogue.recovery_prob": 0.9}
    return {key: changes[key] for key in r.sample(sorted(changes), r.randint(1, len(changes)))}


@some_cases
@given(cases)
def test_a_change_in_what_is_under_way_is_that_of_a_rule_on_the_date(r):
    case = drawn(r)
    days = [day for day in range(1, case.days) if (day / float(case.campaign.step)).is_integer()]
    day = r.choice(days or [0])
    if not days:
        return
    change, until = change_of(r, case.campaign), round(day / float(case.campaign.step))
    rule = Rule(at=START + datetime.timedelta(days=day), when="reach >= 0", change=change)
    try:
        future = changed(case.campaign, change)
        ruled = Campaign(**{**written(case.campaign), "rules": [rule]})
    except ValueError:  # not with this talk or outcome
        return
    by_rule, by_branch = run(case, ruled), run(case, future, past=[(case.campaign, until)])
    arm = {name for name in (*by_rule.counts, *by_rule.newly) if name.endswith("_no_campaign")}
    assert_same(by_rule, by_branch, leave_out={"spent_more_ads", "spent_more_content", "spent_more", *arm})


def with_all_else(case: Case, until: int) -> Campaign:
    """A campaign that differs from a step on in what has begun and in what has not."""
    campaign = with_what_comes(case, until)

    def other(items):
        return tuple(item.model_copy(update={"engage_prob": 1.0, "share_prob": 0.9}) for item in items)

    rivals = tuple(rival.model_copy(update={"content": other(rival.content)}) for rival in campaign.competitors)
    more = {"content": other(campaign.content), "competitors": rivals}
    if campaign.value.churn_per_year:
        more["value"] = campaign.value.model_copy(update={"retain_factor": 1.0})
    talk = campaign.word_of_mouth.model_copy(update={"dissatisfied_fraction": 0.6, "persuasion_prob": 0.9})
    return campaign.model_copy(update={**more, "word_of_mouth": talk})


@some_cases
@given(cases)
def test_all_futures_have_the_past_in_common(r):
    case = drawn(r)
    until = r.randint(1, steps_of(case) - 1)
    future, n_steps = with_all_else(case, until), steps_of(case)
    curves, others = run(case).newly, run(case, future, past=[(case.campaign, until)]).newly
    for name in curves.keys() & others.keys():
        one, other = (changes.reshape(N_REPLICAS, n_steps)[:, :until] for changes in (curves[name], others[name]))
        np.testing.assert_array_equal(one, other, err_msg=name)


@some_cases
@given(cases)
def test_a_past_keeps_its_rows_in_tables_that_have_more(r):
    case = draw_business_case(r)
    graph, key = case.graph, partial(purpose_key, case.rng_seed)
    setting = Setting(key=key, start=START, horizon=float(case.days), segments=case.segments, starting=case.starting)
    past, future = (it.compile(graph, setting).world for it in (case.campaign, with_all_else(case, 1)))
    fitted = fit(past, future)
    for name in ("items", "claims"):
        rows, before, frame = getattr(fitted, name), getattr(past, name), getattr(future, name)
        places = [list(frame["number"]).index(number) for number in before["number"]]
        kept = [field for field in before.dtype.names if field not in ("first_target", "n_targets")]
        np.testing.assert_array_equal(rows[places][kept], before[kept])
        new = np.setdiff1d(np.arange(len(frame)), places)
        np.testing.assert_array_equal(rows[new], frame[new])
    np.testing.assert_array_equal(fitted.answers, future.answers)
    np.testing.assert_array_equal(fitted.items["first_target"], future.items["first_target"])


@given(cases)
def test_rivals_keep_what_they_have_from_the_own_brand_as_under_a_rule(r):
    case = draw_business_case(r)
    change = {"word_of_mouth.dissatisfied_fraction": 0.9}
    if case.campaign.limits.talk != "listeners" or not case.campaign.competitors:
        return
    talk = {**written(case.campaign.word_of_mouth), "dissatisfied_fraction": 0.9}
    given_anew = Campaign(**{**written(case.campaign), "word_of_mouth": talk})
    futures = with_rivals_as_before(case.campaign, given_anew), changed(case.campaign, change)
    one, other = ([rival.word_of_mouth.filled(it.word_of_mouth) for rival in it.competitors] for it in futures)
    assert one == other


@pytest.mark.parametrize("luck", range(4))
def test_posts_that_both_have_keep_their_draws_when_others_are_added(luck):
    """An owned item that is new is numbered behind the creators' posts, which the uninterrupted run would renumber."""
    case = Drawing(Random(luck), "listeners").case()
    day = [START + datetime.timedelta(days=n) for n in range(9)]
    film = {"name": "film", "channel": "shared", "engage_prob": 0.5, "buy_prob": 0.4}
    creator = {"name": "c", "followers": case.graph.n_people, "item": "film", "dates": [day[0], day[5]], "reach": 0.6}
    given = {"brand": {"followers_fraction": 1.0}, "content": [film], "creators": [creator]}
    case = replace(case, campaign=Campaign(**given), starters=[], days=9, segments=(), starting=Starting())
    post = {"name": "post", "channel": "owned", "start": day[4], "engage_prob": 0.0, "follower_reach": 1.0}
    with_post = Campaign(**{**given, "content": [film, post]})
    plain, branched = run(case), run(case, with_post, past=[(case.campaign, 3)])
    for name in ("impressions", "views", "engagements", "conversions"):
        np.testing.assert_array_equal(plain.groups["item"][name][:, 0], branched.groups["item"][name][:, 0])
    assert branched.groups["item"]["impressions"][:, 1].sum() > 0
