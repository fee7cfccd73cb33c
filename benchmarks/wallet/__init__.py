"""The parts of `benchmarks/passes.py`, a file each: `run(options)` measures and gives the figures."""
