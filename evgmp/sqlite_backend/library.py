"""Which SQLite runs, and in which journal mode. Import this before anything imports django.db.

SQLite 3.7.0 to 3.51.2 can corrupt a file in WAL mode when a checkpoint meets a write from another connection
(the WAL-reset bug, mended in 3.51.3). Debian 12 ships 3.40.1. The pysqlite3 package brings its own, newer
library; where it is absent, the journal mode DELETE is used: slower, readers wait for the writer, but not affected.
"""

import sqlite3
import sys

WAL_RESET_MENDED = (3, 51, 3)

if sqlite3.sqlite_version_info < WAL_RESET_MENDED:
    try:
        import pysqlite3
        import pysqlite3.dbapi2
    except ImportError:
        LIBRARY = sqlite3
    else:
        LIBRARY = pysqlite3
        # Django imports "sqlite3" by name; from here on that name means the newer library.
        sys.modules["sqlite3"] = pysqlite3
        sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
else:
    LIBRARY = sqlite3

VERSION: str = LIBRARY.sqlite_version
WAL_IS_SAFE: bool = LIBRARY.sqlite_version_info >= WAL_RESET_MENDED
JOURNAL_MODE = "WAL" if WAL_IS_SAFE else "DELETE"
