"""Index the search text of publications

Why: words of two Chinese characters (低保, 财务) must be found through an index. The program stores overlapping
pairs of characters in search_text; PostgreSQL indexes them with GIN, SQLite with an FTS5 table kept in step by
triggers. (The trigram tokenizer of SQLite finds nothing shorter than three characters.)
"""

from alembic import op

revision = "0003"
down_revision = "0002"

TO_INDEX = "INSERT INTO publication_search(rowid, search_text) VALUES (new.row, new.search_text);"
FROM_INDEX = (
    "INSERT INTO publication_search(publication_search, rowid, search_text) "
    "VALUES ('delete', old.row, old.search_text);"
)
TRIGGERS = {
    "publication_search_insert": f"AFTER INSERT ON publication BEGIN {TO_INDEX} END",
    "publication_search_delete": f"AFTER DELETE ON publication BEGIN {FROM_INDEX} END",
    "publication_search_update": f"AFTER UPDATE OF search_text ON publication BEGIN {FROM_INDEX} {TO_INDEX} END",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_publication_search ON publication USING gin (to_tsvector('simple', search_text))")
        return
    op.execute(
        "CREATE VIRTUAL TABLE publication_search USING fts5"
        "(search_text, content='publication', content_rowid='row', tokenize='unicode61')"
    )
    op.execute("INSERT INTO publication_search(publication_search) VALUES ('rebuild')")
    for name, body in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {body}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_publication_search")
        return
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.execute("DROP TABLE publication_search")
