"""How Django's own apps are set up here."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """Django's admin with the platform's look, shared with the analyst's pages."""

    default_site = "config.admin_site.PlatformAdminSite"
