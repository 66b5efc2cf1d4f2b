"""Where an answer is kept: by database, query, shape of the answer, what is asked and who asks."""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, get_type_hints

import msgspec

from cqrs.actor import Actor
from cqrs.caching.policy import Cache
from cqrs.database import identity
from cqrs.registry import Entry

_content = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class Place:
    """The names of an answer and of the tag whose token it has to carry, and how the answer is written."""

    value: str
    tag: str
    seconds: float
    encoder: msgspec.msgpack.Encoder
    decoder: msgspec.msgpack.Decoder[Any]


def place_of(entry: Entry, policy: Cache, query: object, actor: Actor) -> Place:
    shape, decoder = _written(entry.type, entry.handler)
    who = b"" if policy.same_for_all else _content.encode((actor.kind, actor.user_id, actor.name))
    key = policy.key(query, actor)
    asked = blake2b(_content.encode((shape, key, query)) + who, digest_size=16).hexdigest()
    return Place(f"{identity()}:{entry.name}:{asked}", tag_of(entry, key), policy.seconds, _content, decoder)


def tag_of(entry: Entry, key: str) -> str:
    """Any text may be a key: what cannot stand in the name of a cached value is hashed away."""
    return f"{identity()}:{entry.name}:tag:{blake2b(key.encode(), digest_size=16).hexdigest()}"


@cache
def _written(_query: type, handler: Any) -> tuple[str, msgspec.msgpack.Decoder[Any]]:
    """A fingerprint of the answer's shape, so that no code reads what code with another shape kept, and its decoder."""
    answer = answer_type(handler)
    shape = msgspec.json.encode(msgspec.json.schema(answer), order="sorted")
    return blake2b(shape, digest_size=8).hexdigest(), msgspec.msgpack.Decoder(answer)


def answer_type(handler: Any) -> Any:
    return get_type_hints(handler)["return"]
