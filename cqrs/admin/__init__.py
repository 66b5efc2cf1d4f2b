"""Operators' pages in Django's admin: log, deliveries, one request as a picture, flow. They only ask and dispatch."""

from cqrs.admin import deliveries, log

__all__ = ["deliveries", "log"]
