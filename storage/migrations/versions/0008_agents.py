"""Agents

Revision: 0008, after 0007

Nothing wrote authorisations before, so their table is made anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("agency_authorisations")
    op.create_table(
        "agency_authorisations",
        *_keys(),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("all_items", sa.Boolean(), nullable=False),
        sa.Column("items", storage.db.Json, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("granted_at", storage.db.Instant(), nullable=False),
        sa.Column("accepted_at", storage.db.Instant(), nullable=True),
        sa.Column("declined_at", storage.db.Instant(), nullable=True),
        sa.Column("expired_at", storage.db.Instant(), nullable=True),
        *_ending(),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_agency_authorisations_dates_in_order")),
        sa.CheckConstraint(
            "accepted_at IS NULL OR declined_at IS NULL", name=op.f("ck_agency_authorisations_answered_once")
        ),
        sa.CheckConstraint(
            "membership_id IS NULL OR accepted_at IS NOT NULL",
            name=op.f("ck_agency_authorisations_post_when_accepted"),
        ),
    )
    _indexes()
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agency_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_applications_agency", ["district_id", "agency_id"], unique=False)
        batch_op.create_index("ix_applications_root", ["district_id", "root_id"], unique=False)
        batch_op.create_foreign_key(
            op.f("fk_applications_district_id_agency_id"),
            "agency_authorisations",
            ["district_id", "agency_id"],
            ["district_id", "id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_applications_district_id_agency_id"), type_="foreignkey")
        batch_op.drop_index("ix_applications_root")
        batch_op.drop_index("ix_applications_agency")
        batch_op.drop_column("agency_id")

    op.drop_table("agency_authorisations")
    op.create_table(
        "agency_authorisations",
        *_keys(),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("granted_at", storage.db.Instant(), nullable=False),
        *_ending(),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_agency_authorisations_dates_in_order")
        ),
    )
    _indexes()


def _keys() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("district_id", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
    )


def _ending() -> tuple[sa.schema.SchemaItem, ...]:
    """How it ends, and what both shapes of the table are held by."""
    return (
        sa.Column("revoked_at", storage.db.Instant(), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_agency_authorisations_revoked_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "agent_id"],
            ["users.district_id", "users.id"],
            name=op.f("fk_agency_authorisations_district_id_agent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "membership_id"],
            ["memberships.district_id", "memberships.id"],
            name=op.f("fk_agency_authorisations_district_id_membership_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_agency_authorisations")),
    )


def _indexes() -> None:
    with op.batch_alter_table("agency_authorisations", schema=None) as batch_op:
        batch_op.create_index("ix_agency_authorisations_agent", ["district_id", "agent_id"], unique=False)
        batch_op.create_index("ix_agency_authorisations_organisation", ["district_id", "organisation"], unique=False)
