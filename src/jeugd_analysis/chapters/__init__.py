"""One module per chapter: load marts, call methods, return findings. No formulas here."""

from jeugd_analysis.chapters import accountability, built_in, documents, growth, previous, quality, savings, usage

__all__ = ["accountability", "built_in", "documents", "growth", "previous", "quality", "savings", "usage"]
