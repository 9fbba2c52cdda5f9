"""Several visits of one child side by side: form, totals, walk, curves and films."""
