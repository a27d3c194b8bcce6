"""Annexes on paper: what the executed notebooks show, typeset as PDF, and a summary as PDF and Word document."""

from jeugd_analysis.annex.make import Made, annex, annexes

__all__ = ["Made", "annex", "annexes"]
