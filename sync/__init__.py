"""The sync protocol's pure core: ops, signatures, seals, receipts, pages, merge, judgement. Source: docs/protocol.md.

Public names are those of the modules: `from sync.ops import read_op`. Nothing here does I/O or reads a clock.
"""
