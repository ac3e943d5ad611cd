"""Refuse changes to what is insert-only

Why: revisions, decisions, answers, closings and audit entries are evidence. The program never changes one; the
database makes sure that nothing else does either, neither a mistake in later code nor a hand at the console.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = ("revision", "decision", "referral_answer", "closing", "audit_entry")
ACTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'rows of % are kept as written', TG_TABLE_NAME; END $$
            """
        )
    for table in TABLES:
        for act in ACTS:
            op.execute(_trigger(table, act))


def _trigger(table: str, act: str) -> str:
    name = f"{table}_refuses_{act.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are kept as written'); END"
    )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in TABLES:
        for act in ACTS:
            where = f" ON {table}" if postgresql else ""
            op.execute(f"DROP TRIGGER {table}_refuses_{act.lower()}{where}")
    if postgresql:
        op.execute("DROP FUNCTION refuse_change()")
