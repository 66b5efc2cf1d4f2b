"""The REST door to the buses, for Django REST framework.

A viewset names the message behind each of its methods; serializers, forms, filters and the OpenAPI schema are generated
from the message's fields. A viewset writes nothing: it dispatches and asks.
"""
