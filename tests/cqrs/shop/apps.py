"""The shop and its one service."""

from django.apps import AppConfig

from cqrs import services
from tests.cqrs.shop.mailer import ListMailer, Mailer


class ShopConfig(AppConfig):
    name = "tests.cqrs.shop"
    label = "shop"

    def ready(self) -> None:
        services.register(Mailer, ListMailer, outward=True)
