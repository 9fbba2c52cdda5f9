"""Records in the window: passphrases, screen lock, signatures, readings, training, checks."""
