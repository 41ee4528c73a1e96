"""Talk by one contact after another: `talk = "contacts"` in section 9 of docs/campaign.md (Maki & Thompson 1973)."""

from oracles.campaign_events import lives_through_step
from oracles.campaign_people import DISSATISFIED, REJECTER, SATISFIED, UNDECIDED
from oracles.campaign_talk import telling
from wom_sim.kernels.campaign import draws

STATUS_OF_ROLE = (SATISFIED, DISSATISFIED, REJECTER)


def makes_contacts(w):
    """The contacts of a step, before all else in it."""
    if w.campaign.limits.clock == "gillespie":
        one_at_a_time(w)
    else:
        all_at_once(w)


def one_at_a_time(w):
    """Gillespie: whoever is next, until the end of the step; what a contact does is done before the next one."""
    while True:
        talkers = [talker for talker in w.talkers if talks(w, talker)]
        if not talkers:
            return
        talker = min(talkers, key=lambda talker: (next_contact_at(w, talker), talker.person, talker.word.role))
        at = next_contact_at(w, talker)
        if at >= w.now + 1:
            return
        talker.latest_at = at
        event = contact(w, talker, at)
        if event is not None:
            lives_through_step(w, w.people[event.person], [event])


def all_at_once(w):
    """Sync: all of this step by the statuses at its start; the tellings are events of the step."""
    chance = w.step_days / w.campaign.word_of_mouth.telling_delay
    for talker in w.talkers:
        ready = w.luck.uniform(draws.TELLING_DELAY, talker.word.number, talker.person, w.now) < chance
        if ready and talks(w, talker) and talker.decided_in < w.now:
            event = contact(w, talker, float(w.now))
            if event is not None:
                w.happens_in_its_step(event)


def talks(w, talker):
    """Who has nobody to talk to makes no contacts."""
    return not talker.stopped and len(w.contacts[talker.person]) > 0


def next_contact_at(w, talker):
    mean = w.steps(w.campaign.word_of_mouth.telling_delay)
    number = talker.n_contacts
    return talker.latest_at + w.luck.exponential(mean, draws.TELLING_DELAY, talker.word.number, talker.person, number)


def contact(w, talker, time):
    """The next contact as a telling, or nothing; whether she goes on is decided by whom she meets."""
    u, role, i = talker.person, talker.word.number, talker.n_contacts
    if w.people[u].status != STATUS_OF_ROLE[talker.word.role]:
        talker.stopped = True
        return None
    talker.n_contacts += 1
    # In complete mixing, her contacts are all others in order.
    e, x = w.contacts[u][w.luck.below(draws.LISTENER, role, u, i, bound=len(w.contacts[u]))]
    if w.people[x].status != UNDECIDED and w.luck.uniform(draws.STOPS, role, u, i) < w.campaign.limits.stifle_prob:
        talker.stopped = True
    draw = (role, u, i)
    below = lambda chance: w.luck.uniform(draws.PERSUADE, *draw) < chance
    return telling(w, u, x, i, talker.word, time, talker.root, draw, below, tie=e)
