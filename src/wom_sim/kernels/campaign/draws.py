"""The numbers of the campaign's draws, written down once: a new draw takes a new number, the others keep theirs.

A draw's key is ``word(replica key, number)``; where a draw belongs to an item, a role, a claim or an answer, its key is
``word(word(replica key, number), index)``. docs/campaign.md and docs/business.md say what each is for, under the same
names.
"""

from __future__ import annotations

PAID_TARGET = 1
PAID_VIEW = 2
POST_VIEW = 3
POST_DELAY = 4
CLICK = 5
BUY = 6
SHARE = 7
SHARE_DELAY = 8
ADOPT = 9
TALKS = 10
TELLS = 11
LISTENER = 12
TELLING_DELAY = 13
PERSUADE = 14
SATISFIED = 15
CONFLICT = 16
BACKGROUND = 17
TAKES_PART = 18
SEED_TAKES_PART = 19
CLAIM_STARTERS = 20
BELIEVE = 21
PASS_ON = 22
CLAIM_DELAY = 23
LOSS = 24
EFFECT = 25
INOCULATE = 26
ALERT = 27
ANSWER_PRESS = 28
ANSWER_OWNED = 29
ANSWER_OWNED_DELAY = 30
ANSWER_TARGET = 31
ANSWER_PAID = 32
ANSWER_SHARED = 33
ANSWER_SHARE_DELAY = 34
BUY_DELAY = 35
LEAVES = 36
RELAPSE = 37
RECALL = 38
FIRST_SUCCESS = 39
STOPS = 40
MIXED_GOOD = 41
MIXED_BAD = 42
THINNED = 43
REPEAT = 44
RENEWAL = 45
REPEAT_BUYS = 46
SATISFIED_AGAIN = 47
CHURN = 48
LEAVES_FOR_GOOD = 49
COMPLAINS = 50
ASKS = 51
ANSWERED = 52
ANSWER_TIME = 53
RECOVERS = 54

# Of rivals.
BACKGROUND_RIVAL = 60
THINNED_RIVAL = 61
SATISFIED_RIVAL = 62
CONFLICT_RIVAL = 63
WHICH_BRAND = 64
MIXED_GOOD_RIVAL = 65
MIXED_BAD_RIVAL = 66

N_DRAWS = 67
"""One more than the largest number."""

# Offsets of the block keys of coins, beyond the 512 words of the base coin.
ITEM_COIN = 512
CLAIM_COIN = 1024
ANSWER_COIN = 2048

# Draws of the population, the same in all replicas: sub-keys of the purpose POPULATION.
CUSTOMERS = 1
FOLLOWERS = 2
AUDIENCE = 3
STRONG = 4
