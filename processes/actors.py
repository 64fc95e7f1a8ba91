"""Who does something, as a plain value; never a web user object."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Post:
    """A role held in an organisation (岗位). `organisation` is its code; "*" means any in the district."""

    role: str
    organisation: str

    def __str__(self) -> str:
        return f"{self.role}@{self.organisation}"


@dataclass(frozen=True, slots=True)
class Agency:
    """An authorisation in force today (代办): its agent may apply for an applicant.

    `organisation` is the applicant's code, `granted_by` the user who authorised in its name. `items` are the items
    it is for, None for all. It covers cases begun on the days from `valid_from` to `valid_to` (Asia/Shanghai).
    """

    id: UUID
    organisation: str
    granted_by: UUID
    items: frozenset[UUID] | None
    valid_from: date
    valid_to: date

    def covers(self, item_id: UUID) -> bool:
        return self.items is None or item_id in self.items


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system) acting now, with the posts held now.

    `acting_for` is the user on whose behalf a deputy or a window clerk acts; it is recorded, never used
    to gain rights that separation of duties denies. `principals` are the absent colleagues this person
    stands in for today (代理). `agencies` are the authorisations by which the person acts for applicants today.
    """

    id: UUID
    name: str
    district_id: str
    posts: frozenset[Post] = field(default_factory=frozenset)
    organisation: str | None = None
    acting_for: UUID | None = None
    principals: tuple[Actor, ...] = ()
    agencies: tuple[Agency, ...] = ()

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
