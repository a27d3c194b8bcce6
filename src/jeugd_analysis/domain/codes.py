"""Code lists of the iJw standard that the program needs, and the shapes of codes.

Source: iJw 3.2, lists WJ756 (unit), COD327 (referrer) and JZ588 (end reason), istandaarden.nl.
"""

from __future__ import annotations

MUNICIPALITY = r"GM\d{4}"
PRODUCT = r"\S{1,5}"
PSEUDONYM = r"[0-9a-f]{16,64}"
PROVIDER = r"\d{8}"
EXAMPLE_PROVIDER = "90{:06d}"  # of the example region, numbered from 1; no claim of a real region has only these
EXAMPLE_PROVIDERS = (EXAMPLE_PROVIDER.format(1), EXAMPLE_PROVIDER.format(999))
SEGMENT = r"S[0-9]{1,2}"
QUARTER = r"20[0-9]{2}-K[1-4]"
DERIVED = "afgeleid-"  # how the number of an allocation starts that no municipality gave: made here, from claims

UNITS = {
    "01": "minuut",
    "04": "uur",
    "14": "etmaal",
    "16": "dagdeel",
    "82": "stuk (output)",
    "83": "euro",
    "84": "stuk (inspanning)",
}
EUROS = "83"  # the "volume" is an amount in euro cents, so volume x tariff does not apply (iJw TR346)

REFERRERS = {
    "01": "Gemeente",
    "02": "Huisarts",
    "03": "Jeugdarts",
    "04": "Gecertificeerde instelling",
    "05": "Medisch specialist",
    "06": "Zelf of geen verwijzer",
    "08": "Rechter of officier van justitie",
}

END_REASONS = {
    "02": "Overlijden",
    "20": "Tijdelijk beëindigd",
    "31": "Volgens plan",
    "32": "Voortijdig, door cliënt",
    "33": "Voortijdig, door aanbieder",
    "34": "Voortijdig, in overleg",
    "35": "Voortijdig, externe oorzaak",
    "36": "Op initiatief van de gemeente",
    "37": "Wijzigingsverzoek",
    "38": "Andere aanbieder",
    "39": "Ander domein",
}

SEXES = {"0": "onbekend", "1": "man", "2": "vrouw"}
KNOWN_SEXES = {"1": "jongens", "2": "meisjes"}
AGE_BANDS = {"0-3": (0, 3), "4-11": (4, 11), "12-17": (12, 17), "18-22": (18, 22)}  # as CBS 85335NED has them

# Kinds of help with a waiting list; ours, because iJw has no list of them.
WAITING_KINDS = {
    "kdc": "Kinderdagcentrum",
    "dagbesteding": "Dagbesteding",
    "pleegzorg": "Pleegzorg",
    "gezinshuis": "Gezinshuis",
    "verblijf": "Verblijf met behandeling",
    "crisis": "Crisisopvang",
    "ggz": "Jeugd-ggz",
    "ambulant": "Ambulante jeugdhulp",
}
CAPACITY_KINDS = {kind: name for kind, name in WAITING_KINDS.items() if kind != "ambulant"}  # it has no places

# What a provider that is paid a lump sum reports, in the order of the table task_payments.
TASK_COUNTS = {
    "youths": "Jeugdigen met hulp",
    "started": "Gestart",
    "ended": "Afgerond",
    "waiting": "Wachtend",
}
OUTCOMES = {  # the three national outcome criteria, in %
    "satisfaction": "Cliënttevredenheid",
    "goal_attainment": "Doelrealisatie",
    "drop_out": "Uitval",
}
KPIS = {**TASK_COUNTS, **OUTCOMES}

ORIGINAL, AMENDED = BUDGET_STATUSES = ("primitief", "gewijzigd")  # what holds last comes last
WHOLE_BUDGET = "alle"  # a budget that is not split over segments
