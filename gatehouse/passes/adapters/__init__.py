"""Ways out to phones: each has `push` and `close` (see `pushes.py`), and needs nothing of Django."""
