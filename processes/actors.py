"""Who does something, as a plain value; never a web user object."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Post:
    """A role held in an organisation (岗位). `organisation` is its code; "*" means any in the district."""

    role: str
    organisation: str

    def __str__(self) -> str:
        return f"{self.role}@{self.organisation}"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system) acting now, with the posts held now.

    `acting_for` is the user on whose behalf a deputy or a window clerk acts; it is recorded, never used
    to gain rights that separation of duties denies. `principals` are the absent colleagues this person
    stands in for today (代理).
    """

    id: UUID
    name: str
    district_id: str
    posts: frozenset[Post] = field(default_factory=frozenset)
    organisation: str | None = None
    acting_for: UUID | None = None
    principals: tuple[Actor, ...] = ()

    def roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.posts)

    def holds(self, role: str, organisation: str | None = None) -> bool:
        """True when the actor holds `role` in `organisation` (or anywhere, when that is None)."""
        reach = ("*", organisation)
        return any(post.role == role and (organisation is None or post.organisation in reach) for post in self.posts)


SYSTEM_ID = UUID(int=0)


def system_actor(district_id: str) -> Actor:
    """The service itself: timers, automatic elements, jobs."""
    return Actor(id=SYSTEM_ID, name="系统", district_id=district_id)
