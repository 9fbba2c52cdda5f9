"""The EVGS form: 17 items of both limbs, the criteria of one item, and the totals."""
