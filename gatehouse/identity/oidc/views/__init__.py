"""Doors of the OpenID provider."""
