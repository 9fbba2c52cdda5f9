"""The rule-based reader of the 17 items: criteria, measures, proposals."""
