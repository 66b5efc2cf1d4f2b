"""Every address under a project, from the URL conf itself: a new page is tested by being there."""

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.pages.office import Office

POSTED = {
    "archive-project",
    "restore-project",
    "delete-project",
    "change-role",
    "remove-member",
    "change-mapping",
    "preview-mapping",
    "commit-import",
    "look-for-files",
    "connect-database",
    "extract",
    "forget-database",
    "cancel-import",
    "discard-import",
    "decide-duplicate",
    "withdraw-import",
    "reinstate-import",
    "start-run",
    "set-automatic-runs",
    "cancel-run",
    "undo-run",
    "keep-apart",
    "simulate-rules",
    "cancel-simulation",
    "confirm-match",
    "reject-match",
    "take-back",
    "unmatch",
    "review-match",
    "match-by-hand",
}

# What is shown of groups that were ticked.
TICKED = {"confirm-several"}


def project_pages() -> dict[str, tuple[str, ...]]:
    """The name of each page under a project, with what its address is made of."""
    pages: dict[str, tuple[str, ...]] = {}
    _walk(get_resolver("config.site_urls").url_patterns, (), pages)
    return {name: places for name, places in pages.items() if "project_id" in places}


def _walk(patterns: list[URLPattern | URLResolver], before: tuple[str, ...], pages: dict[str, tuple[str, ...]]) -> None:
    for pattern in patterns:
        places = (*before, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            _walk(pattern.url_patterns, places, pages)
        elif pattern.name:
            pages[pattern.name] = places


def address(name: str, office: Office) -> str:
    ticked = f"?group={office.place('group_id')}" if name in TICKED else ""
    return reverse(name, kwargs={place: office.place(place) for place in project_pages()[name]}) + ticked


READ = sorted(set(project_pages()) - POSTED)
