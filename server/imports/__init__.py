"""Lists from Excel: people and units come in as workbooks, tried first, applied whole, undone whole (docs/lists.md)."""
