"""Moving running instances to another version, and the names their elements had before

Revision: 0007, after 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _aliases()
    _batches()
    _rows()


def _aliases() -> None:
    op.create_table(
        "element_aliases",
        sa.Column("district_id", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("element_id", sa.String(length=120), nullable=False),
        sa.Column("old_element_id", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_element_aliases")),
        sa.UniqueConstraint(
            "district_id", "root_id", "element_id", "old_element_id", name=op.f("uq_element_aliases_pair")
        ),
    )


def _batches() -> None:
    op.create_table(
        "instance_migrations",
        sa.Column("district_id", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_key", sa.String(length=120), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=False),
        sa.Column("from_versions", storage.db.Json, nullable=False),
        sa.Column("mapping", storage.db.Json, nullable=False),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", storage.db.Instant(), nullable=False),
        sa.Column("ended_at", storage.db.Instant(), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undo_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'stopped', 'finished', 'undoing', 'undone')",
            name=op.f("ck_instance_migrations_state_known"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_instance_migrations")),
    )
    op.create_index(
        "ix_instance_migrations_process", "instance_migrations", ["district_id", "process_key", "created_at"]
    )


def _rows() -> None:
    op.create_table(
        "instance_migration_rows",
        sa.Column("district_id", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("migration_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("at", storage.db.Instant(), nullable=True),
        sa.Column("seq_after", sa.Integer(), nullable=True),
        sa.Column("state_before", sa.LargeBinary(), nullable=True),
        sa.Column("kept", storage.db.Json, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'moved', 'rehearsed', 'refused', 'gone', 'undone', 'kept')",
            name=op.f("ck_instance_migration_rows_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "migration_id"],
            ["instance_migrations.district_id", "instance_migrations.id"],
            name=op.f("fk_instance_migration_rows_district_id_migration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "instance_id"],
            ["process_instances.district_id", "process_instances.id"],
            name=op.f("fk_instance_migration_rows_district_id_instance_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_instance_migration_rows")),
        sa.UniqueConstraint(
            "district_id",
            "migration_id",
            "instance_id",
            name=op.f("uq_instance_migration_rows_district_id_migration_id_instance_id"),
        ),
    )
    op.create_index(
        "ix_instance_migration_rows_state", "instance_migration_rows", ["district_id", "migration_id", "state", "id"]
    )
    op.create_index("ix_instance_migration_rows_instance", "instance_migration_rows", ["district_id", "instance_id"])


def downgrade() -> None:
    for table in ("instance_migration_rows", "instance_migrations", "element_aliases"):
        op.drop_table(table)
