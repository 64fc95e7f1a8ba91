"""Tables, one module per aggregate. Importing this package registers all of them."""

from storage.models import definitions, instances, people, records

__all__ = ["definitions", "instances", "people", "records"]
