"""Reproducible policy-analysis book on youth care for a Dutch purchasing region."""

__version__ = "0.1.0"
__all__ = ["__version__"]
