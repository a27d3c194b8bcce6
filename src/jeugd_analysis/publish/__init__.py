"""From notebooks to a site: execution, assembly and the book itself. Never touches data frames."""
