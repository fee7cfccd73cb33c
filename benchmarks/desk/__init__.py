"""The parts of `benchmarks.helpdesk`."""
