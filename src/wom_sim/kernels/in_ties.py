"""The ties of a network seen by those who listen: sorted by listener, then by number."""

from __future__ import annotations

from ._jit import kernel


@kernel
def set_sources(indptr, indices, place, sources):
    """Write whom each person listens to, in order of numbers of ties; a counting sort.

    Parameters
    ----------
    indptr : int64 (n + 1,), indices : int32 (m,)   ties by those whom they leave
    place : int64 (n,)      where the ties into each person begin; afterwards where they end
    sources : int32 (m,)    overwritten
    """
    for u in range(indptr.shape[0] - 1):
        for e in range(indptr[u], indptr[u + 1]):
            v = indices[e]
            sources[place[v]] = u
            place[v] += 1


@kernel
def set_numbers(indices, place, numbers):
    """Write the numbers of the ties into each person, in order.

    Parameters
    ----------
    indices : int32 (m,)    the listener of each tie
    place : int64 (n,)      where the ties into each person begin; afterwards where they end
    numbers : int64 (m,)    overwritten
    """
    for e in range(indices.shape[0]):
        v = indices[e]
        numbers[place[v]] = e
        place[v] += 1


@kernel
def set_running_sums(in_indptr, weight, before, total):
    """Sum the weights of the ties into each person, one after another.

    Person by person: one running sum over all people would lose digits with every person before.

    Parameters
    ----------
    in_indptr : int64 (n + 1,), weight : float64 (m,)   ties sorted by listener
    before : float64 (m,)   overwritten: sum of the weights before each tie, at its person
    total : float64 (n,)    overwritten: sum of the weights of each person
    """
    for v in range(total.shape[0]):
        so_far = 0.0
        for i in range(in_indptr[v], in_indptr[v + 1]):
            before[i] = so_far
            so_far += weight[i]
        total[v] = so_far
