"""Taking in a delivery, all or nothing: recognise, read, judge, keep."""

from jeugd_analysis.intake.answers import not_granted, unanswered
from jeugd_analysis.intake.changes import differences, outdated, outdated_in_words
from jeugd_analysis.intake.files import HEAD, regular
from jeugd_analysis.intake.lock import Progress, only_one, silent
from jeugd_analysis.intake.take_in import add

__all__ = [
    "HEAD",
    "Progress",
    "add",
    "differences",
    "not_granted",
    "only_one",
    "outdated",
    "outdated_in_words",
    "regular",
    "silent",
    "unanswered",
]
