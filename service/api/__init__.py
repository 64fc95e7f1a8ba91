"""HTTP API v1: one module per noun. A contract: other programs depend on it."""

from service.api.registration import register

__all__ = ["register"]
