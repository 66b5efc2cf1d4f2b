"""Signing in over REST: tokens that are hashed at rest, expire and can be revoked (django-rest-knox)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.utils import OpenApiResponse, extend_schema
from knox.models import AuthToken
from rest_framework import status
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from cqrs.rest.serializers import output_serializer


@dataclass(frozen=True)
class IssuedToken:
    """Send it as `Authorization: Token <token>`. It is shown this once."""

    token: str
    expiry: datetime


@dataclass(frozen=True)
class Account:
    id: int
    username: str
    is_staff: bool


class SignInThrottle(AnonRateThrottle):
    """Slows down whoever guesses passwords."""

    scope = "sign-in"
    rate = "30/min"


class TokenView(APIView):
    """POST a user name and a password to get a token; DELETE gives back the token that the request was made with."""

    throttle_classes = (SignInThrottle,)

    def get_serializer(self, *args: Any, **options: Any) -> AuthTokenSerializer:
        return AuthTokenSerializer(*args, **{"context": {"request": self.request}, **options})

    def get_permissions(self) -> list[Any]:
        return [IsAuthenticated()] if self.request.method == "DELETE" else [AllowAny()]

    @extend_schema(
        operation_id="IssueToken",
        tags=["auth"],
        request=AuthTokenSerializer,
        responses={201: output_serializer(IssuedToken)},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        # stray: tokens are rows of knox, which has its own rules for them
        issued, token = AuthToken.objects.create(user=serializer.validated_data["user"])
        shown = output_serializer(IssuedToken)(IssuedToken(token=token, expiry=issued.expiry))
        return Response(dict(shown.data), status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="RevokeToken", tags=["auth"], responses={204: OpenApiResponse(description="Revoked.")})
    def delete(self, request: Request) -> Response:
        if isinstance(request.auth, AuthToken):
            request.auth.delete()  # stray: see above
        return Response(status=status.HTTP_204_NO_CONTENT)


class AllTokensView(APIView):
    """DELETE revokes every token of the caller, wherever it is in use."""

    @extend_schema(
        operation_id="RevokeAllTokens", tags=["auth"], responses={204: OpenApiResponse(description="Revoked.")}
    )
    def delete(self, request: Request) -> Response:
        AuthToken.objects.filter(user=request.user.pk).delete()  # stray: see above
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(APIView):
    """Who the caller is."""

    @extend_schema(operation_id="GetMe", tags=["auth"], responses=output_serializer(Account))
    def get(self, request: Request) -> Response:
        user = request.user
        assert isinstance(user, User)
        account = Account(id=user.pk, username=user.get_username(), is_staff=user.is_staff)
        return Response(output_serializer(Account)(account).data)
