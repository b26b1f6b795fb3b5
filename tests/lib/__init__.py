"""The test library: a real house (PostgreSQL, daemons, keys) and clients that speak to it. Standard library, pyzmq and protobuf only;
openapi_client also jsonschema."""
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
SERVICES = ("registry", "workforce", "payroll", "evaluation", "gateway")
