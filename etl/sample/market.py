"""Who buys from whom and for how much: integer tables only, so that every machine draws the same."""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from etl.sample.cities import CITIES
from etl.sample.companies import COMPANY_COUNT

Ints = NDArray[np.int64]
EVERYWHERE = 20
"""So many companies sell to every city."""
SHARED_PER_MILLE = 350
"""Of the other companies, how many sell to more cities than their own."""
ZIPF_SHIFT = 4
MEDIAN_CENTS, SIGMA = 42_000, 1.7
"""The lognormal law of amounts: half of the rows are below 420 euros, one in a thousand above 80,000."""
QUANTILES = 4096
JITTER_STEPS = 4096


def make_rng(seed: int, *key: object) -> np.random.Generator:
    """A generator of its own for every piece of work, so that no piece depends on the order of the others."""
    words = [crc32(str(part).encode()) for part in key]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))


@cache
def company_weights(buyer: str, seed: int) -> Ints:
    """Running sums of the companies' weights for a buyer: Zipf's law over its own order; 0 for strangers."""
    member = company_members(seed)[:, list(CITIES).index(buyer)] if buyer in CITIES else None
    order = make_rng(seed, "rank", buyer).permutation(COMPANY_COUNT)
    order = np.concatenate([order[order < EVERYWHERE], order[order >= EVERYWHERE]])
    if member is not None:
        order = order[member[order]]
    weights = np.zeros(COMPANY_COUNT, np.int64)
    weights[order] = 10**9 // (np.arange(len(order), dtype=np.int64) + ZIPF_SHIFT)
    return np.cumsum(weights)


@cache
def company_members(seed: int) -> NDArray[np.bool_]:
    """Company x city: whether it sells there. Each has a home city, some sell elsewhere too."""
    rng = make_rng(seed, "members")
    member: NDArray[np.bool_] = rng.integers(0, 2, (COMPANY_COUNT, len(CITIES))) == 1
    member &= (rng.integers(0, 1000, COMPANY_COUNT) < SHARED_PER_MILLE)[:, None]
    member[np.arange(COMPANY_COUNT), np.arange(COMPANY_COUNT) % len(CITIES)] = True
    member[:EVERYWHERE] = True
    return member


def draw_weighted(rng: np.random.Generator, running_sums: Ints, count: int) -> Ints:
    """`count` indices, each as probable as its weight."""
    points = rng.integers(0, int(running_sums[-1]), count)
    return np.searchsorted(running_sums, points, side="right").astype(np.int64)


def draw_cents(rng: np.random.Generator, count: int) -> Ints:
    """Amounts in cents, at least 1; every tenth is of whole euros."""
    jitter = rng.integers(JITTER_STEPS // 2, JITTER_STEPS * 3 // 2, count)
    cents = np.maximum(_quantiles()[rng.integers(0, QUANTILES, count)] * jitter // JITTER_STEPS, 1)
    whole = (rng.integers(0, 10, count) == 0) & (cents >= 100)
    rounded: Ints = np.where(whole, cents // 100 * 100, cents).astype(np.int64)
    return rounded


@cache
def _quantiles() -> Ints:
    normal = NormalDist()
    points = [normal.inv_cdf((index + 0.5) / QUANTILES) for index in range(QUANTILES)]
    return np.array([round(MEDIAN_CENTS * math.exp(SIGMA * point)) for point in points], np.int64)
