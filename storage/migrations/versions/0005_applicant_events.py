"""Applicant events

Revision: 0005, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applicant_events",
        sa.Column("district_id", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", storage.db.Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("acting_for", sa.Uuid(), nullable=True),
        sa.Column("changes", storage.db.Json, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "kind IN ('registered', 'changed', 'opened', 'authorised', 'accepted', 'declined', 'revoked', 'expired')",
            name=op.f("ck_applicant_events_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "applicant_id"],
            ["applicants.district_id", "applicants.id"],
            name=op.f("fk_applicant_events_district_id_applicant_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_applicant_events")),
    )
    with op.batch_alter_table("applicant_events", schema=None) as batch_op:
        batch_op.create_index("ix_applicant_events_applicant", ["district_id", "applicant_id", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("applicant_events", schema=None) as batch_op:
        batch_op.drop_index("ix_applicant_events_applicant")

    op.drop_table("applicant_events")
