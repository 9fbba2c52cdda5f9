"""The films of a walk: playing, overlays, timeline, synchronizing and correcting by hand."""
