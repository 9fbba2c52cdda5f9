"""Better networks from scored walks: examples, splits, training, evaluation.

Networks run here and in `childgait` only. What a clinician does with a finished model is not
decided here.
"""
