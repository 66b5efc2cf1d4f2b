"""By which fields a side's records are added up."""

from typing import Annotated

import msgspec

from reconciliation.rules.key import FieldName, Key

GroupField = FieldName | Key


class GroupBy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys per side; where both sides name keys they must be equal, first with first, second with second."""

    left: Annotated[tuple[GroupField, ...], msgspec.Meta(title="Left keys")] = ()
    right: Annotated[tuple[GroupField, ...], msgspec.Meta(title="Right keys")] = ()

    @property
    def left_keys(self) -> tuple[Key, ...]:
        return tuple(_key(field) for field in self.left)

    @property
    def right_keys(self) -> tuple[Key, ...]:
        return tuple(_key(field) for field in self.right)


def _key(field: GroupField) -> Key:
    return field if isinstance(field, Key) else Key(field=field)
