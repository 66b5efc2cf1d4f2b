from typing import ClassVar

from django.db import models, transaction


class IdBlock(models.Model):
    """The next free id of a bulk table: ids are known before the rows are written, so COPY can carry them."""

    RECORDS: ClassVar[str] = "record"
    GROUPS: ClassVar[str] = "match_group"

    name = models.CharField(max_length=40, primary_key=True)
    next = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def reserve(cls, name: str, count: int) -> int:
        """The first of `count` consecutive ids that nobody else gets, even when ours are never used."""
        with transaction.atomic():
            cls.objects.get_or_create(name=name)
            block = cls.objects.select_for_update().get(name=name)
            first = block.next
            block.next = first + count
            block.save(update_fields=["next"])
        return first
