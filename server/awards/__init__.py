"""Commendation: from records that a commune confirmed to a decision on paper. Knows papers and models, no request."""
