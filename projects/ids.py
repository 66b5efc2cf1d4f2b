"""Identities and roles: plain values that other apps may hold."""

from enum import StrEnum
from typing import NewType

ProjectId = NewType("ProjectId", int)
UserId = NewType("UserId", int)


class Role(StrEnum):
    """What a member may do. Each role may do what the ones before it may."""

    VIEWER = "viewer"
    PREPARER = "preparer"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(other)
