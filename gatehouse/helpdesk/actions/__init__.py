"""What is done at the desk."""

from gatehouse.helpdesk.actions.asking import Guest as Guest, submit_ticket as submit_ticket
from gatehouse.helpdesk.actions.queue import queue_moved as queue_moved
