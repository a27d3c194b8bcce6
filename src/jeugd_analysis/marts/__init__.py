"""Small, tidy, exact tables made from deliveries. The only place that touches large data; written once in Ibis."""

from jeugd_analysis.marts.build import MARTS, NEEDED, build_marts

__all__ = ["MARTS", "NEEDED", "build_marts"]
