"""Period returns: which are due from whom, their figures, signing, and what moves after it (docs/returns.md)."""
