"""Forms of the people app, by noun."""
