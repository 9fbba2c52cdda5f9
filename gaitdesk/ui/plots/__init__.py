"""Curves over the gait cycle, spatiotemporal values and variable scores."""
