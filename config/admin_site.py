"""Django's admin with the platform's look."""

from django.contrib.admin import AdminSite


class PlatformAdminSite(AdminSite):
    """The operator's view of what the installation holds."""

    site_header = "Reconciliation Platform"
    site_title = "Reconciliation Platform"
