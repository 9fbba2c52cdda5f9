"""The window: the only floor that knows Qt. It shows values, announces edits, and runs jobs.

What belongs here is drawing, keys and mouse, and the one document that is edited. What a score
means, where a walk is kept and how a film is analysed belong to the floors below.
"""
