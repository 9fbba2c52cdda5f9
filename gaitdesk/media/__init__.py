"""Video in and out: frames by presentation time, films on one clock; no models here."""
