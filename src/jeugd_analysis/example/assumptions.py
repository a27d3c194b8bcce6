"""The numbers behind the example region. Ours, unless a source is named; they describe no real provider or youth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FIRST_YEAR = 2017  # first care month in the claims
LAST_YEAR = 2026  # new contracts start in 2027; the example has no assumption about them
COHORTS = 16  # years of entry behind the known answer: longer than any stay
FIRST_ENTRIES = range(2012, 2015)  # warm-up with a constant inflow, so that 2017 starts with a mixed stock
YOUTH_ACT = date(2015, 1, 1)  # what runs on this day starts on it: Jeugdwet, article 10.1

AGES = ((0, 3), (4, 11), (12, 17), (18, 22))
# Nine municipalities 2022 (CBS 85335NED): 2,905, 15,480, 13,005 and 965 youths. Age at entry lies before age in care,
# so the bands at entry are younger: chosen such that the youths in care come within 1.5 points of the published shares.
AGE_AT_ENTRY = (0.125, 0.492, 0.380, 0.003)
LEAVES_AT_18 = 0.96  # share of episodes that end at the eighteenth birthday at the latest
REPEAT_SHARE = 0.15
REPEAT_WITHIN_YEARS = 3
MOVER_SHARE = 0.01
FEWEST_YOUTHS = 10  # a smaller region would have quarters without claims
MOST_STACKED = 4  # allocations beside the first
STACKED_PER_TRAJECTORY = 1.55  # allocations beside the first per trajectory that a youth has more than one in a year
TRAJECTORIES_PER_YOUTH = 1.59  # the nine together in 2022 (CBS 85335NED): 51,400 of 32,340 youths
OPEN_ENDED_SHARE, UNBOUNDED_SHARE = (0.3, 0.2)  # allocations without an end; without a volume

PROVIDERS = 189  # Westland memo 25-0094740
CONCENTRATION = 0.95  # Zipf exponent: ten providers receive about half of the euros

BASE_YEAR = 2024  # year of the tariffs and units below

LAG_SHAPE, LAG_SCALE, LAG_FIRST, LAG_LAST = 0.8, 64.0, 2, 425  # days; gamma: median 34, 95 % within 168
CREDIT_SHARE, REBILLED_SHARE = 0.02, 0.75
WRONG_AMOUNT_SHARE, UNKNOWN_ALLOCATION_SHARE = 0.001, 0.0005

REFERRER_CODES = ("01", "02", "06", "04", "03", "05", "08")
REFERRER_REST = (0.5, 0.35, 0.15)  # how the remainder falls over the last three
# Shares 2022 of municipality, family doctor, none and certified institution, in % (own, from CBS 85335NED).
REFERRERS = {
    "GM0518": (14.8, 35.4, 32.3, 8.5),
    "GM0503": (27.1, 29.8, 27.8, 8.7),
    "GM0603": (18.7, 43.7, 20.0, 8.8),
    "GM1916": (21.1, 52.8, 8.4, 7.9),
    "GM1926": (28.4, 53.7, 4.9, 4.9),
    "GM1842": (32.1, 50.9, 5.7, 5.7),
    "GM1783": (39.4, 41.2, 5.3, 6.5),
    "GM0629": (12.3, 58.3, 8.6, 9.2),
    "GM0637": (28.8, 47.5, 4.3, 8.8),
}
REFERRERS_ELSEWHERE = (21.3, 40.1, 22.1, 8.3)  # the nine together

END_REASONS = {"31": 0.70, "32": 0.09, "33": 0.03, "34": 0.08, "35": 0.02, "38": 0.06, "39": 0.02}
CHANGED, BY_MUNICIPALITY = "37", "36"  # reasons for ending when the contract changes, and when the municipality ends it
PROTECTION = ("47A01", "48A01")  # ordered by a court: they have no other referrer
COURT = "08"
RESIDENTIAL = ("43A11", "44A07", "44A08")  # the payer of these changes with the place of residence

INFLOW_YEAR = 2023  # before light help of one municipality leaves the claims
GIRLS = 100 / 205  # of the inhabitants of every age: about 105 boys are born for 100 girls
POPULATION_YEARS, POPULATION_BASE, POPULATION_GROWTH = range(2015, 2027), 2022, 0.005


@dataclass(frozen=True, slots=True)
class Profile:
    """One product: what it costs, how much of it a youth uses, for how long, and who.

    Units: tariff in euro cents per unit and units per full month (both of BASE_YEAR), growth of the units per year,
    mean duration in months, weights among new episodes in each age band.
    """

    tariff_cents: int
    units: float
    growth: float
    months: float
    weights: tuple[float, float, float, float]


# Tariffs: Noordwijk/Bollenstreek 2024 where that list has the product; 43A11, 44A07, 46A02, 47A01, 48A01, 50A20: ours.
# Units are chosen to reach the 350 mln of the Westland memo with the youths CBS counts; hours include indirect time.
PROFILES = {
    "41A11": Profile(7437, 30.0, 0.015, 16.0, (8.0, 0.8, 0.0, 0.0)),
    "41A12": Profile(6882, 26.0, 0.015, 16.0, (0.6, 2.4, 1.4, 1.0)),
    "42A03": Profile(1436, 26.0, 0.015, 13.0, (1.0, 1.0, 0.5, 0.2)),
    "43A11": Profile(45000, 29.4, 0.001, 10.0, (0.14, 0.37, 1.5, 1.8)),
    "44A07": Profile(6000, 29.8, 0.000, 26.0, (1.8, 1.2, 1.4, 2.3)),
    "44A08": Profile(16359, 29.6, 0.000, 24.0, (0.14, 0.46, 0.72, 1.2)),
    "44A09": Profile(17500, 6.0, 0.015, 15.0, (0.18, 0.64, 0.36, 0.24)),
    "45A48": Profile(7800, 12.8, 0.025, 12.5, (22.0, 20.0, 20.0, 18.0)),
    "45A49": Profile(5100, 16.8, 0.030, 14.0, (22.0, 16.0, 16.0, 22.0)),
    "45A77": Profile(6840, 7.5, 0.015, 14.0, (0.0, 8.0, 0.5, 0.0)),
    "46A02": Profile(35000, 25.0, 0.005, 3.0, (0.46, 0.36, 0.9, 0.56)),
    "47A01": Profile(12500, 8.0, 0.015, 13.0, (0.0, 0.0, 5.0, 6.5)),
    "48A01": Profile(12500, 8.0, 0.015, 20.0, (4.6, 3.1, 3.7, 0.9)),
    "50A20": Profile(6000, 12.0, 0.020, 12.0, (0.0, 3.0, 2.0, 0.0)),
    "53A01": Profile(20220, 2.5, 0.015, 10.0, (6.0, 4.0, 1.5, 0.5)),
    "54001": Profile(9360, 7.2, 0.020, 10.0, (10.0, 16.0, 14.0, 8.0)),
    "54002": Profile(11160, 10.4, 0.030, 14.0, (8.0, 20.0, 24.0, 20.0)),
    "54003": Profile(13140, 17.0, 0.025, 15.0, (0.4, 1.4, 4.5, 6.0)),
}

# Profile-intensity combinations: one price per month for a kind of help and a class of its hours. The classes split
# the gamma(4, 1/4) of the hours at 0.7 and 1.3 times the mean; their means follow from that distribution.
CLASSES = (("L", 0.0, 0.49), ("M", 0.7, 0.97), ("H", 1.3, 1.71))
PROFILE_OF = {"45A48": "1", "45A49": "2", "54001": "3", "54002": "4", "54003": "5"}
PROFILE_YEAR = 2020  # whose hours per month the prices of the combinations hold
WHOLE_MONTHS = 0.94  # a month is paid in full, also the first and the last one; the prices allow for that


def combination(product: str, number: int) -> str:
    """Code of the combination that replaces a product: 50P1L and so on."""
    return f"50P{PROFILE_OF[product]}{CLASSES[number][0]}"


def _priced(product: str, mean: float) -> Profile:
    """Price per month of BASE_YEAR; nobody enters in a combination, trajectories move to it."""
    told = PROFILES[product]
    hours = told.units * (1 + told.growth) ** (PROFILE_YEAR - BASE_YEAR)
    return Profile(round(told.tariff_cents * hours * mean * WHOLE_MONTHS), 1.0, 0.0, told.months, (0.0, 0.0, 0.0, 0.0))


COMBINATIONS = {
    combination(product, number): _priced(product, mean)
    for product in PROFILE_OF
    for number, (_, _, mean) in enumerate(CLASSES)
}
PROFILES |= COMBINATIONS

LOCAL_SPREAD = 0.15  # sigma of the accents of municipalities in the product mix
DURATION_SPREAD = 0.85  # sigma of the lognormal durations

# The books beside claims and lump sums: municipality by municipality in turn. Books also hold what no claim tells, such
# as personal budgets and own staff; made up, and one in three is beyond what data/reference/quality.toml accepts.
BOOKED = (1.008, 0.995, 1.035)
