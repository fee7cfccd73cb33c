"""Pages of the people app, by noun."""
