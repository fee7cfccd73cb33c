"""Other organisations' sign-in, by OpenID Connect: here this portal is the one that asks."""
