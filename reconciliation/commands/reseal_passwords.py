from cqrs import Command
from cqrs.operating.operators import operators
from reconciliation.models import DatabaseConnection
from reconciliation.sealing import Sealer


class ResealPasswords(Command[int], requires=operators):
    """Seal every kept password with the newest key, after which the older ones may go. Answers how many."""


@ResealPasswords.handler
def reseal_passwords(_command: ResealPasswords, sealer: Sealer) -> int:
    kept = DatabaseConnection.objects.select_for_update().exclude(sealed_password="")
    for connection in kept:
        connection.sealed_password = sealer.reseal(connection.sealed_password)
        connection.save(update_fields=["sealed_password"])
    return len(kept)
