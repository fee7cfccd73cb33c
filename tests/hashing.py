"""Argon2 as the portal has it, with less work in it: a test that signs somebody in need not wait as an attacker must."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    time_cost = 1
    memory_cost = 8  # KiB, the least Argon2 takes
    parallelism = 1
