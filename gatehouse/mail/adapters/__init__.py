"""Ways out: each has a `Server` (see `delivery.py`), and needs nothing of Django."""
