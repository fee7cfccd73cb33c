#!/usr/bin/env python
"""Django's own commands, for those who build Gatehouse; `gatehouse` is for those who run it."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gatehouse.config.settings")
    execute_from_command_line(sys.argv)
