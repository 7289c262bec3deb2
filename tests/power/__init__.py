"""The power goes: what was not synced to the disk is gone, and nothing that was acknowledged is."""
