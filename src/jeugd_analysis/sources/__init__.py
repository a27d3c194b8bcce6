"""Every kind of file the program can read; the explicit table is SOURCES."""

from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.cbs_odata import CBS_ODATA
from jeugd_analysis.sources.cbs_statline import STATLINE
from jeugd_analysis.sources.cbs_v3 import V3
from jeugd_analysis.sources.ijw import IJW
from jeugd_analysis.sources.municipal_figures import MUNICIPAL_FIGURES
from jeugd_analysis.sources.neighbourhood_figures import NEIGHBOURHOOD_FIGURES
from jeugd_analysis.sources.own_csv import OWN
from jeugd_analysis.sources.scp_neighbourhoods import SCP_NEIGHBOURHOODS

_OPEN = (CBS_ODATA, STATLINE, V3, MUNICIPAL_FIGURES, NEIGHBOURHOOD_FIGURES, SCP_NEIGHBOURHOODS)
SOURCES: dict[str, Source] = {source.name: source for source in (*OWN, IJW, *_OPEN)}

__all__ = ["SOURCES", "Context", "Reading", "Source"]
