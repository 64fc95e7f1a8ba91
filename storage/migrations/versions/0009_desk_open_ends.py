"""Approval rules on tasks, incidents closed by hand, and notices of fitting items

Revision: 0009, after 0008

Open tasks from before keep the rule at claim and completion; only their offer does not know it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("refuses_starter", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("tasks", sa.Column("refuses_after", sa.Text(), nullable=False, server_default=""))
    op.add_column("incidents", sa.Column("resolution", sa.Text(), nullable=True))
    op.add_column(
        "contact_preferences", sa.Column("hears_of_matches", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    op.drop_column("contact_preferences", "hears_of_matches")
    op.drop_column("incidents", "resolution")
    op.drop_column("tasks", "refuses_after")
    op.drop_column("tasks", "refuses_starter")
