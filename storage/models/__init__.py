"""Tables, one module per aggregate. Importing this package registers all of them."""

from storage.models import (
    applications,
    definitions,
    filings,
    guides,
    instances,
    items,
    numbers,
    objections,
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
    "applications",
    "definitions",
    "filings",
    "guides",
    "instances",
    "items",
    "numbers",
    "objections",
    "openings",
    "people",
    "policies",
    "policy_opinions",
    "policy_reviews",
    "publications",
    "records",
    "trainings",
]
