"""Requests for publication and definitions out of use

Revision: 0006, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "retired_definitions",
        sa.Column("district_id", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("retired_by", sa.Uuid(), nullable=False),
        sa.Column("retired_at", storage.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_retired_definitions")),
        sa.UniqueConstraint("district_id", "kind", "key", name=op.f("uq_retired_definitions_district_id_kind_key")),
    )
    op.create_table(
        "publication_requests",
        sa.Column("district_id", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("release_note", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", storage.db.Instant(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", storage.db.Instant(), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("published_at", storage.db.Instant(), nullable=True),
        sa.Column("deployment_id", sa.Uuid(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(published_at IS NULL) = (state <> 'published')",
            name=op.f("ck_publication_requests_published_has_instant"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'returned', 'withdrawn', 'approved', 'published')",
            name=op.f("ck_publication_requests_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "asked_by"],
            ["users.district_id", "users.id"],
            name=op.f("fk_publication_requests_district_id_asked_by"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_publication_requests")),
    )
    with op.batch_alter_table("publication_requests", schema=None) as batch_op:
        batch_op.create_index("ix_publication_requests_state", ["district_id", "state", "asked_at"], unique=False)

    op.create_table(
        "publication_files",
        sa.Column("district_id", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("based_on", storage.db.Json, nullable=False),
        sa.Column("origin_version", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "request_id"],
            ["publication_requests.district_id", "publication_requests.id"],
            name=op.f("fk_publication_files_district_id_request_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_publication_files")),
        sa.UniqueConstraint(
            "district_id", "request_id", "name", name=op.f("uq_publication_files_district_id_request_id_name")
        ),
    )
    with op.batch_alter_table("publication_files", schema=None) as batch_op:
        batch_op.create_index("ix_publication_files_key", ["district_id", "kind", "key"], unique=False)

    with op.batch_alter_table("definitions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin_version", sa.Integer(), nullable=True))

    with op.batch_alter_table("deployments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("release_note", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("asked_by", sa.Uuid(), nullable=True))


def downgrade() -> None:

    with op.batch_alter_table("deployments", schema=None) as batch_op:
        batch_op.drop_column("asked_by")
        batch_op.drop_column("release_note")

    with op.batch_alter_table("definitions", schema=None) as batch_op:
        batch_op.drop_column("origin_version")

    with op.batch_alter_table("publication_files", schema=None) as batch_op:
        batch_op.drop_index("ix_publication_files_key")

    op.drop_table("publication_files")
    with op.batch_alter_table("publication_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_publication_requests_state")

    op.drop_table("publication_requests")
    op.drop_table("retired_definitions")
