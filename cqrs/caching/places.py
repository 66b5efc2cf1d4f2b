"""Where an answer is kept: by database, query, shape of the answer, what is asked and who asks."""

from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any

import msgspec

from cqrs.actor import Actor
from cqrs.database import identity
from cqrs.injection import returned
from cqrs.registry import Entry, registry

_content = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class Place:
    """The names of an answer and of the tag whose token it has to carry, and how the answer is written."""

    value: str
    tag: str
    seconds: float
    encoder: msgspec.msgpack.Encoder
    decoder: msgspec.msgpack.Decoder[Any]


def place_of(query: object, actor: Actor, database: str) -> Place:
    """The place of the query's answer for this actor; equal questions have the same."""
    try:
        return _known(query, actor, database)
    except TypeError:  # it has a list or a dictionary for a field, or is at fault itself and says so again
        return _place(query, actor, database)


def _place(query: object, actor: Actor, database: str) -> Place:
    entry = registry.entry(type(query))
    policy = entry.cache
    assert policy is not None  # only answers that are kept have a place
    shape, decoder = _written(entry.handler)
    key = policy.key(query, actor)
    who = None if policy.same_for_all else (actor.kind, actor.user_id, actor.name)
    asked = _digest(_content.encode((shape, key, query, who)))
    tag = _tag(database, entry.name, key)
    return Place(f"{database}:{entry.name}:{asked}", tag, policy.seconds, _content, decoder)


_known = lru_cache(maxsize=10_000)(_place)


def tag_of(entry: Entry, key: str) -> str:
    return _tag(identity(), entry.name, key)


def _tag(database: str, query: str, key: str) -> str:
    """Any text may be a key: what cannot stand in the name of a cached value is hashed away."""
    return f"{database}:{query}:tag:{_digest(key.encode())}"


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


@cache
def _written(handler: Any) -> tuple[str, msgspec.msgpack.Decoder[Any]]:
    """A fingerprint of the answer's shape, so that no code reads what code with another shape kept, and its decoder."""
    answer = returned(handler)
    shape = msgspec.json.encode(msgspec.json.schema(answer), order="sorted")
    return blake2b(shape, digest_size=8).hexdigest(), msgspec.msgpack.Decoder(answer)
