"""Indicators kept up to date with the records: tallies, cells, and what is read out of them."""
