"""Tables, one module per aggregate. Importing this package registers all of them."""

from storage.models import (
    definitions,
    instances,
    items,
    numbers,
    people,
    policies,
    policy_opinions,
    policy_reviews,
    records,
)

__all__ = [
    "definitions",
    "instances",
    "items",
    "numbers",
    "people",
    "policies",
    "policy_opinions",
    "policy_reviews",
    "records",
]
