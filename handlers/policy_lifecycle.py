"""政策全生命周期: what happens at its tasks."""

from __future__ import annotations

from handlers.stage import Stage

stage = Stage("policy_lifecycle")
