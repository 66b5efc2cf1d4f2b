from cqrs import DomainError


class QueryFailedError(DomainError):
    """The database could not be asked, or refused the query."""
