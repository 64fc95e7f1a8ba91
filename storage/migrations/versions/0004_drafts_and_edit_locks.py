"""Drafts edit locks and deeds of definitions

Revision: 0004, after 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "definition_events",
        sa.Column("district_id", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("what", sa.String(length=30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", storage.db.Instant(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_definition_events")),
    )
    with op.batch_alter_table("definition_events", schema=None) as batch_op:
        batch_op.create_index("ix_definition_events_key", ["district_id", "kind", "key", "at"], unique=False)

    op.create_table(
        "definition_drafts",
        sa.Column("district_id", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("started_at", storage.db.Instant(), nullable=False),
        sa.Column("edited_at", storage.db.Instant(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_definition_drafts_revision_counts")),
        sa.ForeignKeyConstraint(
            ["district_id", "owner_id"],
            ["users.district_id", "users.id"],
            name=op.f("fk_definition_drafts_district_id_owner_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_definition_drafts")),
        sa.UniqueConstraint(
            "district_id", "kind", "key", "owner_id", name=op.f("uq_definition_drafts_district_id_kind_key_owner_id")
        ),
    )
    op.create_table(
        "edit_locks",
        sa.Column("district_id", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("since", storage.db.Instant(), nullable=False),
        sa.Column("until", storage.db.Instant(), nullable=False),
        sa.CheckConstraint("until > since", name=op.f("ck_edit_locks_instants_in_order")),
        sa.ForeignKeyConstraint(
            ["district_id", "holder_id"],
            ["users.district_id", "users.id"],
            name=op.f("fk_edit_locks_district_id_holder_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_edit_locks")),
        sa.UniqueConstraint("district_id", "kind", "key", name=op.f("uq_edit_locks_district_id_kind_key")),
    )


def downgrade() -> None:

    op.drop_table("edit_locks")
    op.drop_table("definition_drafts")
    with op.batch_alter_table("definition_events", schema=None) as batch_op:
        batch_op.drop_index("ix_definition_events_key")

    op.drop_table("definition_events")
