"""Every kind of file the program can read; the explicit table is SOURCES."""

from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.own_csv import OWN

SOURCES: dict[str, Source] = {source.name: source for source in OWN}

__all__ = ["SOURCES", "Context", "Reading", "Source"]
