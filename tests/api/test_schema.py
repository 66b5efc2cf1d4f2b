"""The OpenAPI description, made from the same messages as the addresses."""

from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.api.routes import routes


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # the library is not typed
    return made


class TestSchema:
    def test_is_valid_and_leaves_no_doubt(self, schema: dict[str, Any]) -> None:
        """It follows OpenAPI's own schema, and its generator had nothing to warn of."""
        validate_schema(schema)  # type: ignore[no-untyped-call]  # the library is not typed

        warned = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
        assert warned == []

    def test_describes_every_address(self, schema: dict[str, Any]) -> None:
        """Each method of each address is there, without a slash at its end."""
        described = {(path, method) for path, methods in schema["paths"].items() for method in methods}
        undescribed = {"api-root", "api-docs", "api-schema"}

        expected = sum(len(route.methods) for route in routes() if route.name not in undescribed)

        assert len(described) == expected
        assert not [path for path, _ in described if path.endswith("/")]

    def test_gives_money_as_text(self, schema: dict[str, Any]) -> None:
        """I4: an amount is a string, with its currency beside it."""
        record = schema["components"]["schemas"]["RecordRow"]["properties"]

        assert (record["amount"]["type"], record["amount"]["format"]) == ("string", "decimal")
        assert record["currency"]["type"] == "string"

    def test_says_what_may_be_left_out(self, schema: dict[str, Any]) -> None:
        """A message's default is the schema's; what has none is required; an id in the address is not in the body."""
        start = schema["components"]["schemas"]["CreateProject"]
        members = schema["components"]["schemas"]["AddMember"]

        assert (start["required"], start["properties"]["description"]["default"]) == (["name"], "")
        assert sorted(members["properties"]) == ["role", "username"]

    def test_names_the_headers(self, schema: dict[str, Any]) -> None:
        """Every command takes a key; where versions are compared, If-Match besides."""
        parameters = schema["paths"]["/api/v1/projects/{project_id}/groups/{group_id}/confirm"]["post"]["parameters"]

        headers = [parameter["name"] for parameter in parameters if parameter["in"] == "header"]
        assert headers == ["Idempotency-Key", "If-Match"]


class TestDocumentation:
    def test_page_runs_under_the_content_security_policy(self, client: Client) -> None:
        """Its script, its style and its icon come from this server, none of them inline."""
        response = client.get("/api/v1/docs")
        html = response.content.decode()

        assert response.status_code == 200
        assert "default-src 'self'" in response["Content-Security-Policy"]
        assert "<style" not in html
        assert "<script>" not in html
        assert "//" not in html.replace("http://www.w3.org", "").replace("http://testserver", "")

    def test_script_reads_the_schema(self, client: Client) -> None:
        """The page's own script asks for our schema."""
        script = client.get("/api/v1/docs?script=")

        assert script["Content-Type"] == "application/javascript"
        assert "/api/v1/schema" in script.content.decode()

    def test_schema_is_served(self, client: Client) -> None:
        """Anybody may read what the API looks like."""
        response = client.get("/api/v1/schema", headers={"Accept": "application/json"})

        assert response.json()["info"]["title"] == "Reconciliation Platform"
