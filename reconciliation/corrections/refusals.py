"""What people refused of a record holds for the version that replaces it (I11)."""

from collections.abc import Mapping

from django.db.models import Q

from reconciliation.models import Import, NeverPair, RefusedGroup, RefusedLeg, RetiredRecord

AT_ONCE = 1_000


def carry_refusals(amendment: Import) -> None:
    """The old ones stay as well: withdrawing the amendment brings their records back."""
    new = _replacements(amendment)
    if new:
        _keep_apart(amendment.project_id, new)
        _refuse_groups(amendment.project_id, new)


def _replacements(amendment: Import) -> dict[int, int | None]:
    """Of the records that anybody refused, the id of the new version by that of the old one."""
    pairs = NeverPair.objects.filter(project_id=amendment.project_id)
    legs = RefusedLeg.objects.filter(refused_group__project_id=amendment.project_id)
    refused = Q(record_id__in=legs.values("record_id"))
    for column in ("left_record_id", "right_record_id"):
        refused |= Q(record_id__in=pairs.values(column))
    retired = RetiredRecord.objects.filter(refused, import_id=amendment.pk, replaced_by__isnull=False)
    return dict(retired.values_list("record_id", "replaced_by"))


def _keep_apart(project_id: int, new: Mapping[int, int | None]) -> None:
    held = Q(left_record_id__in=list(new)) | Q(right_record_id__in=list(new))
    pairs = list(NeverPair.objects.filter(held, project_id=project_id))
    for pair in pairs:
        pair.pk = None
        pair.left_record_id = new.get(pair.left_record_id) or pair.left_record_id
        pair.right_record_id = new.get(pair.right_record_id) or pair.right_record_id
    NeverPair.objects.bulk_create(pairs, ignore_conflicts=True, batch_size=AT_ONCE)


def _refuse_groups(project_id: int, new: Mapping[int, int | None]) -> None:
    groups = RefusedGroup.objects.filter(project_id=project_id, legs__record_id__in=list(new)).distinct()
    for group in groups.prefetch_related("legs"):
        legs = list(group.legs.all())
        group.pk = None
        group.save(force_insert=True)
        RefusedLeg.objects.bulk_create(
            RefusedLeg(refused_group=group, record_id=new.get(leg.record_id) or leg.record_id, side=leg.side)
            for leg in legs
        )
