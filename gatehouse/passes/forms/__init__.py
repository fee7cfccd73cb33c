"""Forms of the passes app."""
