"""Models in the window: which are here, how they get here, and which look at the films."""
