"""The messages of proto/, compiled on first use, and their plain form: dicts with the field names of the .proto files.

Enums are names, bytes are bytes, int64 is int; a member of a oneof that is absent is None, any other absent scalar is its zero.
"""
import fcntl
import importlib
import subprocess
import sys

from google.protobuf import symbol_database
from google.protobuf.descriptor import FieldDescriptor

from . import BUILD, ROOT

_OUT = BUILD / "python"


def _stale():
    for source in sorted((ROOT / "proto").glob("*.proto")):
        target = _OUT / f"{source.stem}_pb2.py"
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            yield source


def _compile():
    if not any(_stale()):
        return
    _OUT.mkdir(parents=True, exist_ok=True)
    with open(_OUT / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for source in _stale():
            done = subprocess.run(["protoc", f"--proto_path={ROOT / 'proto'}", f"--python_out={_OUT}", str(source)], stderr=subprocess.PIPE,
                                  text=True, check=False)
            if done.returncode:
                print(f"protoc: {done.stderr.strip()}", file=sys.stderr)  # the other contracts are usable all the same


_compile()
sys.path.insert(0, str(_OUT))
_METHODS = {}
for _path in sorted(_OUT.glob("*_pb2.py")):
    if not (ROOT / "proto" / f"{_path.stem.removesuffix('_pb2')}.proto").exists():
        continue
    for _service in importlib.import_module(_path.stem).DESCRIPTOR.services_by_name.values():
        for _method in _service.methods:
            _METHODS[f"{_service.name.lower()}.{_method.name}"] = _method
header_pb2 = importlib.import_module("header_pb2")
_SYMBOLS = symbol_database.Default()


def methods(service=None):
    """Names of all methods, or those of one service ("payroll")."""
    return sorted(name for name in _METHODS if service is None or name.startswith(service + "."))


def request_type(method):
    return _SYMBOLS.GetPrototype(_METHODS[method.split(':')[-1]].input_type)


def reply_type(method):
    return _SYMBOLS.GetPrototype(_METHODS[method.split(':')[-1]].output_type)


def has_field(method, field):
    return field in _METHODS[method.split(':')[-1]].input_type.fields_by_name


def message_type(name):
    """The class of a message by its name, "SheetChanged"."""
    return _SYMBOLS.GetSymbol(f"workrelief.{name}")


def fill(message, values):
    """Sets the fields of a message from a dict; an unknown name is a mistake of the test and raises KeyError."""
    for name, value in values.items():
        if name not in message.DESCRIPTOR.fields_by_name:
            raise KeyError(f"{message.DESCRIPTOR.name} has no field {name}")
        field = message.DESCRIPTOR.fields_by_name[name]
        if value is None:
            continue
        if field.label == FieldDescriptor.LABEL_REPEATED:
            target = getattr(message, name)
            for item in value:
                if field.type == FieldDescriptor.TYPE_MESSAGE:
                    fill(target.add(), item) if isinstance(item, dict) else target.add().CopyFrom(item)
                else:
                    target.append(_scalar(field, item))
        elif field.type == FieldDescriptor.TYPE_MESSAGE:
            fill(getattr(message, name), value) if isinstance(value, dict) else getattr(message, name).CopyFrom(value)
            getattr(message, name).SetInParent()
        else:
            setattr(message, name, _scalar(field, value))
    return message


def _scalar(field, value):
    if field.type == FieldDescriptor.TYPE_ENUM and isinstance(value, str):
        return field.enum_type.values_by_name[value].number
    return value


def plain(message):
    """The message as a dict with every field of its type."""
    return {field.name: _plain_field(message, field) for field in message.DESCRIPTOR.fields}


def _plain_field(message, field):
    value = getattr(message, field.name)
    if field.label == FieldDescriptor.LABEL_REPEATED:
        return [_plain_value(field, item) for item in value]
    if field.has_presence and not message.HasField(field.name):
        return None
    return _plain_value(field, value)


def _plain_value(field, value):
    if field.type == FieldDescriptor.TYPE_MESSAGE:
        return plain(value)
    if field.type == FieldDescriptor.TYPE_ENUM:
        known = field.enum_type.values_by_number.get(value)
        return known.name if known else value
    return value
