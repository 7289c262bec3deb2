"""Whatever comes over the wire: coded refusals, bounded time and memory, and nothing stored is lost."""
