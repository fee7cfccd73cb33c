"""Verbs of the people app."""
