"""The printed report, seen and saved from the window."""
