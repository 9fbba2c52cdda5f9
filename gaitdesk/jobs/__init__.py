"""One generator for each thing a user waits for; the only floor that joins all others."""
