"""The device on a laptop: an encrypted store, the sync agent and a window. Knows forms and sync, never the server."""
