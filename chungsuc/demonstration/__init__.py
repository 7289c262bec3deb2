"""Demonstration data: a region that does not exist, living through six months of a campaign."""
