"""The campaign kernel's numbers for statuses, flags, events, roots and counts."""

from __future__ import annotations

# A person's status. Customers, satisfied and dissatisfied, stand next to each other.
UNDECIDED = 0
SATISFIED = 1
DISSATISFIED = 2
REJECTER = 3
LOST = 4
DOING = 1
RELAPSED = 4

# A person's flags.
TOUCHED = 1
AWARE = 2
REACHED = 4
HEARD = 8
FIRST = 16
STARTER = 32
PAID = 64
BOUGHT = 128
DAY0 = 256
LOYAL = 512
REFERRED = 1024
ANSWERED = 2048

# Kinds of events, in the order in which events of one time are handled. A telling in role r is GOOD_TELLING + r.
VIEW_AD = 0
VIEW_POST = 1
VIEW_SHARE = 2
GOOD_TELLING = 3
BAD_TELLING = 4
BAD_TELLING_REJECTER = 5
VIEW_CLAIM = 6
VIEW_ANSWER = 7
BACKGROUND_CLOCK = 8
PURCHASE_DUE = 9
RELAPSE_DUE = 10
REPEAT_DUE = 11
CHURN_DUE = 12
ANSWER_DUE = 13

# Exposures that win a purchase.
BY_AD = 0
BY_OWNED = 1
BY_CREATOR = 2
BY_EARNED = 3
BY_BACKGROUND = 4

# Roots of chains: category * ROOT_WIDTH + index of the item, account or claim.
ROOT_WIDTH = 256
ROOT_PAID = 0
ROOT_OWNED = 1
ROOT_CREATORS = 2
ROOT_SEEDING = 3
ROOT_CUSTOMERS = 4
ROOT_CRISIS = 5
ROOT_BACKGROUND = 6
ROOT_RIVAL = 7
"""With the rival's number in place of an index: all that begins with a rival, whatever it is."""

# Roles of talkers: statuses 1, 2 and 3 in this order.
ROLE_GOOD = 0
ROLE_BAD = 1
ROLE_REJECTER = 2

# How talkers talk, how a conflict ends, how delays are distributed, how many are told.
TALK_LISTENERS = 0
TALK_ONE_SHOT = 1
TALK_PERSISTENT = 2
TALK_RECOVER = 3
TALK_CONTACTS = 4
CONFLICT_PROPORTIONAL = 0
CONFLICT_UNIFORM = 1
CONFLICT_NEGATIVE = 2
TELLS_POISSON = 0
TELLS_FIXED = 1
TELLS_GEOMETRIC = 2

# What starters are.
AS_CUSTOMER = 0
AS_SATISFIED = 1
AS_DISSATISFIED = 2
AS_SHARER = 3
AS_AWARE = 4
AS_ADOPTER = 5
AS_ABSENT = 6
"""In the run without the campaign: nothing happens to starters, but no conversion of theirs counts there either."""

# Rules of company.
RULE_NONE = 0
RULE_NEED = 1
RULE_CHOICE = 2

# When customers buy again.
AGAIN_NEVER = 0
AGAIN_RATE = 1
AGAIN_ANNUAL = 2

N_PURCHASE_NUMBERS = 65536
N_TALK_NUMBERS = 256
N_SPELLS = 256
"""Purchases, the talk in connection with them, and clocks of leaving are numbered modulo these."""
N_ROLES = 4
"""What a talk number counts for in the role numbers of draws."""

# What follows at the step's end: she talks, has bought in the run, comes to buy again, has a new clock of leaving; it
# begins on day 0; it is not her first purchase; she may ask.
TALKS = 1
HAS_BOUGHT = 2
COMES_AGAIN = 4
NEW_SPELL = 8
FROM_DAY0 = 16
LATER = 32
MAY_ASK = 64

# Numbers of matters; those below are questions about content.
ABOUT_CLAIM = 256
COMPLAINT = 1024
N_MATTERS = 2048

# Belief about a claim. From CORRECTED on the answer's number is added; from PENDING on likewise, and the correction
# takes effect at the step's end.
UNHEARD = 0
UNBELIEVING = 1
BELIEVER = 2
INOCULATED = 3
CORRECTED = 8
PENDING = 128
MAX_ANSWERS = 100

ENGAGED = 128
"""In a person's byte for an item; the lower bits count views before engaging, up to MOST_VIEWS."""
MOST_VIEWS = 127

# What is counted by segment and by step, in the order of the columns of `Tally.counts`.
COUNTS = (
    "impressions",
    "views",
    "engagements",
    "shares",
    "shares_earned",
    "clicks",
    "reach",
    "heard",
    "reached",
    "aware",
    "first_audience",
    "reach_beyond_audience",
    "recalls",
    "visits_paid",
    "visits_owned",
    "visits_earned",
    "visits_background",
    "conversions_paid",
    "conversions_owned",
    "conversions_creators",
    "conversions_earned",
    "conversions_background",
    "caused_by_paid",
    "caused_by_owned",
    "caused_by_creators",
    "caused_by_seeding",
    "caused_by_customers",
    "caused_by_crisis",
    "caused_by_background",
    "purchases",
    "positive_tells",
    "negative_tells",
    "tells_wanted",
    "tells_planned",
    "impressions_capped",
    "satisfied",
    "dissatisfied",
    "rejecters",
    "lost",
    "believers_ever",
    "believers",
    "corrected",
    "inoculated",
    "adopters",
    "doing",
    "relapsed",
    "repeat_purchases",
    "churned",
    "retained",
    "loyal",
    "purchases_referred",
    "complaints",
    "questions",
    "answered",
    "recovered",
    "views_earned",
)
# fmt: off
(
    N_IMPRESSIONS, N_VIEWS, N_ENGAGEMENTS, N_SHARES, N_SHARES_EARNED, N_CLICKS, N_REACH, N_HEARD, N_REACHED, N_AWARE,
    N_FIRST, N_BEYOND, N_RECALLS, N_VISITS_PAID, N_VISITS_OWNED, N_VISITS_EARNED, N_VISITS_BACKGROUND, N_CONVERSIONS,
    _, _, _, _, N_CAUSED, _, _, _, _, _, _, N_PURCHASES, N_POSITIVE_TELLS, N_NEGATIVE_TELLS, N_TELLS_WANTED,
    N_TELLS_PLANNED, N_CAPPED, N_SATISFIED, N_DISSATISFIED, N_REJECTERS, N_LOST, N_BELIEVERS_EVER, N_BELIEVERS,
    N_CORRECTED, N_INOCULATED, N_ADOPTERS, N_DOING, N_RELAPSED, N_REPEATS, N_CHURNED, N_RETAINED, N_LOYAL,
    N_PURCHASES_REFERRED, N_COMPLAINTS, N_QUESTIONS, N_ANSWERED, N_RECOVERED, N_VIEWS_EARNED,
) = range(len(COUNTS))
# fmt: on

# Sums that are no whole numbers, in the order of the columns of `Tally.amounts`.
AMOUNTS = ("discounted_direct", "discounted_referred", "future_direct", "future_referred", "waited")
A_DISCOUNTED = 0
A_FUTURE = 2
A_WAITED = 4

SUMS = {
    "conversions": tuple(name for name in COUNTS if name.startswith("conversions_")),
    "visits": tuple(name for name in COUNTS if name.startswith("visits_")),
}
"""Counts that are sums of these, for readers."""

# What is counted by item, in the order of the columns of `Tally.items`.
ITEM_COUNTS = (
    "impressions",
    "views",
    "reach",
    "engagements",
    "clicks",
    "shares",
    "shares_earned",
    "conversions",
    "caused",
)
(
    I_IMPRESSIONS,
    I_VIEWS,
    I_REACH,
    I_ENGAGEMENTS,
    I_CLICKS,
    I_SHARES,
    I_SHARES_EARNED,
    I_CONVERSIONS,
    I_CAUSED,
) = range(len(ITEM_COUNTS))

# What is counted by line of creators, in the order of the columns of `Tally.creators`.
CREATOR_COUNTS = ("posts", "conversions", "caused")
C_POSTS, C_CONVERSIONS, C_CAUSED = range(len(CREATOR_COUNTS))

# Places in State.numbers.
TOUCHED_N = 0
STEP_N = 1
FREE = 2
USED = 3
FULL = 4
PENDING_N = 5
CHANGED_N = 6
GOOD_TALKERS = 7
BAD_TALKERS = 8
MEMBERS_N = 9
TALKS_FIRST = 10
POSTS_N = 11
WAITING_N = 12
MATTERS_FIRST = 13
QUEUE_DAY = 14
QUEUE_USED = 15
RECOVERED_FIRST = 16
RIVALS_WON = 17
TIES_N = 18
N_NUMBERS = 19

# Why a replica ended.
AT_HORIZON = 0
HALTED = 2
POOL_FULL = 3

# Lines of the log beyond the kinds of events: engaging is logged as the view's kind, a telling as its own.
LOG_BOUGHT = 20
LOG_REJECTED = 21
LOG_LEFT = 22
LOG_ADOPTED = 23
LOG_RELAPSED = 24
LOG_BELIEVED = 25
LOG_CORRECTED = 26
LOG_INOCULATED = 27
LOG_ALERTED = 28
LOG_SHARED = 29
LOG_STARTED = 30
LOG_BOUGHT_AGAIN = 31
LOG_LEFT_FOR_GOOD = 32
LOG_COMPLAINED = 33
LOG_ASKED = 34
LOG_ANSWERED = 35
DISSATISFIED_IN_LOG = 16
"""Added to the exposure in a line about a purchase that dissatisfied."""
