"""Signing in over REST."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from knox.models import AuthToken
from rest_framework.test import APIClient

from config.api.accounts import SignInThrottle
from tests.factories import PASSWORD, UserFactory


@pytest.fixture
def mia(db: None) -> User:
    return UserFactory.create(username="mia")


def with_token(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def issued(password: str = PASSWORD) -> str:
    response = APIClient().post("/api/v1/auth/token", {"username": "mia", "password": password}, format="json")
    assert response.status_code == 201, response.content
    token: str = response.json()["token"]
    return token


class TestToken:
    def test_is_issued_for_a_name_and_a_password(self, mia: User) -> None:
        """With the token the caller is the person, and commands are that person's."""
        client = with_token(issued())

        assert client.get("/api/v1/auth/me").json() == {"id": mia.pk, "username": "mia", "is_staff": False}
        assert client.post("/api/v1/projects", {"name": "Q3 close"}).json()["owner_name"] == "mia"

    def test_is_not_issued_for_a_wrong_password(self, mia: User) -> None:
        """Nor does the answer tell whether the name exists."""
        answers = [
            APIClient().post("/api/v1/auth/token", {"username": name, "password": "guess"}, format="json").json()
            for name in ("mia", "nobody")
        ]

        assert [answer["code"] for answer in answers] == ["invalid", "invalid"]
        assert answers[0]["detail"] == answers[1]["detail"]

    def test_is_not_for_whoever_guesses(self, mia: User, monkeypatch: pytest.MonkeyPatch) -> None:
        """After so many tries in a minute an address has to wait, and is told how long."""
        monkeypatch.setattr(SignInThrottle, "rate", "2/min")
        monkeypatch.setattr(SignInThrottle, "scope", "sign-in-of-this-test")
        tries = [APIClient().post("/api/v1/auth/token", {"username": "mia", "password": "guess"}) for _ in range(3)]

        assert [response.status_code for response in tries] == [400, 400, 429]
        assert tries[2].json()["code"] == "throttled"
        assert 0 < int(tries[2]["Retry-After"]) <= 60

    def test_is_stored_as_a_hash(self, mia: User) -> None:
        """Who reads the database cannot sign in with what is there."""
        token = issued()

        assert token not in str(list(AuthToken.objects.values_list()))

    def test_expires(self, mia: User) -> None:
        """A token past its time signs nobody in."""
        _, token = AuthToken.objects.create(user=mia, expiry=timedelta(seconds=-1))

        assert with_token(token).get("/api/v1/auth/me").status_code == 401

    def test_can_be_given_back(self, mia: User) -> None:
        """DELETE revokes the token of the request, and no other."""
        kept, given_back = issued(), issued()

        response = with_token(given_back).delete("/api/v1/auth/token")

        assert response.status_code == 204
        assert with_token(given_back).get("/api/v1/auth/me").status_code == 401
        assert with_token(kept).get("/api/v1/auth/me").status_code == 200

    def test_can_be_revoked_with_all_others(self, mia: User) -> None:
        """Whoever lost a device revokes everything at once."""
        first, second = issued(), issued()

        with_token(first).delete("/api/v1/auth/tokens")

        assert {with_token(token).get("/api/v1/auth/me").status_code for token in (first, second)} == {401}

    def test_of_a_deactivated_account_is_worth_nothing(self, mia: User) -> None:
        """Deactivating a person ends what they hold."""
        token = issued()
        User.objects.filter(pk=mia.pk).update(is_active=False)

        assert with_token(token).get("/api/v1/auth/me").status_code == 401


class TestSession:
    def test_needs_the_csrf_token_to_write(self, mia: User) -> None:
        """A foreign page cannot make a signed-in browser write."""
        client = APIClient(enforce_csrf_checks=True)
        client.force_login(mia)

        response = client.post("/api/v1/projects", {"name": "Q3 close"})

        assert (response.status_code, response.json()["code"]) == (403, "permission_denied")

    def test_ends_at_the_sites_own_sign_in(self, mia: User) -> None:
        """The browsable API signs in where the pages do, and comes back."""
        response = APIClient().get("/api/v1/auth/session/login?next=/api/v1/projects")

        assert response.status_code == 302
        assert response["Location"].endswith("?next=/api/v1/projects")
