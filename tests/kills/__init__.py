"""Real processes killed at random moments (SIGKILL) and started again: what was acknowledged is there, once."""
