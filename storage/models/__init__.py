"""Tables, one module per aggregate. Importing this package registers all of them."""

from storage.models import (
    definitions,
    filings,
    guides,
    instances,
    items,
    numbers,
    openings,
    people,
    policies,
    policy_opinions,
    policy_reviews,
    publications,
    records,
    trainings,
)

__all__ = [
    "definitions",
    "filings",
    "guides",
    "instances",
    "items",
    "numbers",
    "openings",
    "people",
    "policies",
    "policy_opinions",
    "policy_reviews",
    "publications",
    "records",
    "trainings",
]
