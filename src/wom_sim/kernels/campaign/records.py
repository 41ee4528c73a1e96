"""The records of the campaign kernel's tables: events, people, items, posts, claims, answers, lines of a log.

All times are in steps since the start of the run. `brand` is 0 for the own brand, else the rival's number; `number`
stands for the row in draws. Own rows come first.
"""

from __future__ import annotations

import numpy as np

EVENT = np.dtype(
    [
        ("time", np.float64),
        ("place", np.int64),
        ("next", np.int32),
        ("person", np.int32),
        ("source", np.int32),
        ("root", np.int16),
        ("kind", np.uint8),
        ("item", np.uint8),
    ],
    align=True,
)
"""A thing that happens to a person. `next` is the number of the next event in its chain plus one, 0 at the end."""

PERSON = np.dtype(
    [
        ("last_exposure", np.float64),
        ("head", np.int32),
        ("company", np.int32),
        ("root", np.int16),
        ("flags", np.uint16),
        ("n", np.uint16),
        ("status", np.uint8),
        ("spell", np.uint8),
    ],
    align=True,
)
"""A person within a replica; all zero before anything happens. `head` begins the chain of the step's events.

n : number of the purchase she would make next      spell : how often a customer's clock of leaving began anew
"""

ITEM = np.dtype(
    [
        ("start", np.float64),
        ("length", np.float64),
        ("n_impressions", np.int64),
        ("flight_start", np.float64),
        ("first_impression", np.int64),
        ("first_target", np.int64),
        ("n_targets", np.int64),
        ("cap", np.int64),
        ("week", np.float64),
        ("seen", np.float64),
        ("engage", np.float64),
        ("wear_out", np.float64),
        ("click", np.float64),
        ("buy", np.float64),
        ("adopt", np.float64),
        ("share", np.float64),
        ("contact_reach", np.float64),
        ("mean_delay", np.float64),
        ("number", np.int64),
        ("brand", np.int64),
    ],
    align=True,
)
"""An item of content. first_target -1: everybody is a target. cap 0: none."""

POST = np.dtype(
    [
        ("time", np.float64),
        ("reach", np.float64),
        ("first", np.int64),
        ("count", np.int64),
        ("item", np.int64),
        ("account", np.int64),
        ("root", np.int64),
        ("number", np.int64),
    ],
    align=True,
)
"""A post to an audience, audiences[first : first + count]; account -1: the brand's own, else the creator's number."""

CLAIM = np.dtype(
    [
        ("start", np.float64),
        ("n_starters", np.int64),
        ("seen", np.float64),
        ("believe", np.float64),
        ("pass_on", np.float64),
        ("loss", np.float64),
        ("damage", np.float64),
        ("mean_delay", np.float64),
        ("number", np.int64),
        ("brand", np.int64),
    ],
    align=True,
)

ANSWER = np.dtype(
    [
        ("claim", np.int64),
        ("start", np.float64),
        ("end", np.float64),
        ("follower_reach", np.float64),
        ("n_impressions", np.int64),
        ("seen", np.float64),
        ("press_mean", np.float64),
        ("effect", np.float64),
        ("residual", np.float64),
        ("inoculate", np.float64),
        ("alert", np.float64),
        ("shared", np.float64),
    ],
    align=True,
)
"""An answer to a claim. follower_reach 0, n_impressions 0, press_mean inf: not through that way."""

ROLE = np.dtype([("talk", np.float64), ("tells", np.float64)], align=True)
"""One for each role of each brand: 3 * brand + role."""

BRAND = np.dtype(
    [
        ("switch", np.float64),
        ("persuade_weak", np.float64),
        ("persuade_strong", np.float64),
        ("negative_power", np.float64),
        ("dissatisfied", np.float64),
        ("customer_negative", np.float64),
        ("baseline_per_day", np.float64),
        ("first_customer", np.int64),
        ("n_customers", np.int64),
    ],
    align=True,
)
"""A brand, where there are rivals. Of the own brand only `switch` is read: `Rules` says the rest.

Its customers of day 0 are rival_customers[first_customer : first_customer + n_customers].
"""

MET = np.dtype(
    [
        ("missed_good", np.float64),
        ("missed_bad", np.float64),
        ("good_time", np.float64),
        ("bad_time", np.float64),
        ("weight", np.float64),
        ("good", np.float64),
        ("bad", np.float64),
        ("background", np.float64),
        ("n_good", np.int64),
        ("n_bad", np.int64),
        ("good_exposure", np.int64),
        ("good_root", np.int64),
        ("good_item", np.int64),
        ("good_source", np.int64),
        ("bad_root", np.int64),
        ("bad_source", np.int64),
    ],
    align=True,
)
"""Chances about a brand that a person met in this step: how many were won, and the earliest of those.

`weight` is for the choice among brands; good, bad, background are a step's chances in complete mixing.
"""

LOG = np.dtype(
    [
        ("time", np.float64),
        ("step", np.int32),
        ("person", np.int32),
        ("source", np.int32),
        ("root", np.int16),
        ("what", np.uint8),
        ("item", np.uint8),
    ],
    align=True,
)
"""A line of the story of a replica, for `wom explain`."""
