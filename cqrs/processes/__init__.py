"""Policies over time: what reacts to events with commands and timeouts, and remembers in one row how far things are."""

from cqrs.processes.declaration import Process, on, processes
from cqrs.processes.reacting import state_of

__all__ = ["Process", "on", "processes", "state_of"]
