"""A real ClickHouse server for tests, out of the engine that npm chdb brings.

libchdb exports `clickhouse local` as a function. It must be called from an ordinary process, on the main thread:
from inside Node its stack check fails. The server ends by itself when its parent is gone or its time is over.
Usage: clickhouse-server.py LIBCHDB DIRECTORY HTTP_PORT SECONDS_MAX
"""
import ctypes
import os
import sys
import threading
import time

library, directory, port, seconds = sys.argv[1:5]
parent = os.getppid()


def end_with_parent():
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
statements = (
    "SYSTEM START LISTEN HTTP; "
    f"SELECT sleepEachRow(1) FROM numbers({int(seconds)}) "
    "SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0 FORMAT Null"
)
arguments = [
    "clickhouse-local",
    "--path", directory,
    "--listen_host=127.0.0.1",
    f"--http_port={int(port)}",
    "--query", statements,
]
encoded = [argument.encode() for argument in arguments]
engine = ctypes.CDLL(library)
engine.chdb_query_cmdline(len(encoded), (ctypes.c_char_p * len(encoded))(*encoded))
