"""The test library: a real house (PostgreSQL, daemons, keys) and clients that speak to it. Standard library, pyzmq and protobuf only;
openapi_client also jsonschema."""
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
PATIENCE_SECONDS = 90  # how long a test waits for what must come: what comes ends the wait, so only a failure takes so long, on however full a machine
SERVICES = ("registry", "workforce", "payroll", "evaluation", "gateway")
