"""实施效果评估: what happens at its tasks."""

from __future__ import annotations

from handlers.stage import Stage

stage = Stage("post_evaluation")
