"""A small file that outlives the program (SQLite): what these examples keep between two breaths. Every change of it is one transaction."""
import sqlite3


class Store:
    def __init__(self, path, *tables):
        self.db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        for table in ("position (service TEXT PRIMARY KEY, epoch INTEGER, seq INTEGER, hash BLOB)", *tables):
            self.db.execute(f"CREATE TABLE IF NOT EXISTS {table}")

    def __enter__(self):
        """with store: all of it or nothing."""
        self.db.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(self, kind, value, trace):
        self.db.execute("COMMIT" if kind is None else "ROLLBACK")

    def rows(self, statement, *values):
        return self.db.execute(statement, values).fetchall()

    def position(self, service):
        return next(iter(self.rows("SELECT epoch, seq, hash FROM position WHERE service = ?", service)), (1, 0, None))

    def keep_position(self, service, position):
        self.rows("INSERT OR REPLACE INTO position VALUES (?, ?, ?, ?)", service, *position)
