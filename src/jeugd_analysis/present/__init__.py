"""Everything a reader sees: the disclosure gate, Dutch numbers, tables, charts and findings."""
