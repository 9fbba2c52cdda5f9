"""The clinic's words as frozen values; standard library and numpy only, no files, no pixels."""
