"""What came in, what lies aside, who is late and what is odd: the analyst's view of the deliveries of an edition."""

from jeugd_analysis.quality.answers import answer_states, line_answers, waiting
from jeugd_analysis.quality.decisions import decide, require_decided
from jeugd_analysis.quality.late import odd, provider_status, status
from jeugd_analysis.quality.overview import aside_in_words, changes_in_words, check, claim_quarters, set_aside
from jeugd_analysis.quality.report import report, write_quality

__all__ = [
    "answer_states",
    "aside_in_words",
    "changes_in_words",
    "check",
    "claim_quarters",
    "decide",
    "line_answers",
    "odd",
    "provider_status",
    "report",
    "require_decided",
    "set_aside",
    "status",
    "waiting",
    "write_quality",
]
