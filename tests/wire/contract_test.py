"""The contract of today against the released one (proto/released): whoever was built for it must go on working."""
import importlib.machinery
import importlib.util
import subprocess
import unittest

from google.protobuf import descriptor_pb2

from lib import BUILD, ROOT

Field = descriptor_pb2.FieldDescriptorProto
RELEASED = ROOT / "proto/released"


def keeper():
    loader = importlib.machinery.SourceFileLoader("keep", str(RELEASED / "keep"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("keep", loader))
    loader.exec_module(module)
    return module


def read(path):
    return descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes())


def named(files):
    """{full name: message, enum or service}."""
    found = {}

    def walk(prefix, messages, enums):
        found.update((prefix + enum.name, enum) for enum in enums)
        for message in messages:
            found[prefix + message.name] = message
            walk(f"{prefix}{message.name}.", message.nested_type, message.enum_type)

    for file in files.file:
        walk(f"{file.package}.", file.message_type, file.enum_type)
        found.update((f"{file.package}.{service.name}", service) for service in file.service)
    return found


def oneof_of(message, field):
    """The members of its oneof; None outside one."""
    return {other.number for other in message.field if other.HasField("oneof_index") and other.oneof_index == field.oneof_index} \
        if field.HasField("oneof_index") else None


def field_breaks(was, old, message, field):
    if (old.name, old.type, old.type_name, old.label) != (field.name, field.type, field.type_name, field.label):
        return f"{old.name} = {old.number} became {field.name}, type {field.type} {field.type_name}"
    before, now = oneof_of(was, old), oneof_of(message, field)
    if before is None and now is not None and now & {other.number for other in was.field} == {old.number}:
        return None  # alone into a oneof of its own: the same bytes, the same JSON; only absence can be told now
    if (before is None) != (now is None) or (before is not None and not before <= now):
        return f"{old.name} changed its oneof"
    return None


def message_breaks(was, message):
    by_number = {field.number: field for field in message.field}
    for old in was.field:
        if old.number in by_number:
            yield field_breaks(was, old, message, by_number[old.number])
        elif not any(span.start <= old.number < span.end for span in message.reserved_range):
            yield f"{old.name} = {old.number} is gone"
        else:
            yield f"{old.name} = {old.number} is reserved: who sends it is refused"


def enum_breaks(was, enum):
    names = {value.name: value.number for value in enum.value}
    for value in was.value:
        if names.get(value.name) != value.number:
            yield f"{value.name} = {value.number} is gone or has another number"


def service_breaks(was, service):
    methods = {method.name: method for method in service.method}
    for old in was.method:
        if old.name not in methods:
            yield f"{old.name} is gone"
        elif (old.input_type, old.output_type) != (methods[old.name].input_type, methods[old.name].output_type):
            yield f"{old.name} takes or gives another message"


BREAKS = {descriptor_pb2.DescriptorProto: message_breaks, descriptor_pb2.EnumDescriptorProto: enum_breaks, descriptor_pb2.ServiceDescriptorProto: service_breaks}


def breaks(released, today):
    """What would break whoever was built for the released contract."""
    today, found = named(today), []
    for name, was in named(released).items():
        if name not in today:
            found.append(f"{name} is gone")
        else:
            found += [f"{name}: {line}" for line in BREAKS[type(was)](was, today[name]) if line]
    return found


def required_breaks(released, today):
    return [f"{name} demands {path} now" for name, paths in released.items() for path in sorted(today.get(name, set()) - paths)]


class ContractTest(unittest.TestCase):
    def test_nobody_who_was_built_for_the_released_contract_breaks(self):
        """proto/README: fields and methods are never renamed, renumbered or removed, and nothing new is demanded of a method's old callers."""
        out = BUILD / "contract_today.binpb"
        protos = sorted(str(path) for path in (ROOT / "proto").glob("*.proto"))
        subprocess.run(["protoc", f"--proto_path={ROOT / 'proto'}", "--include_imports", f"--descriptor_set_out={out}", *protos], check=True)
        self.assertEqual([], breaks(read(RELEASED / "contract.binpb"), read(out)))

    def test_nothing_new_is_demanded(self):
        released = {name: set(paths.split()) for name, paths in (line.split("\t") for line in (RELEASED / "required.tsv").read_text().splitlines())}
        self.assertGreater(sum(map(len, released.values())), 300)
        self.assertEqual([], required_breaks(released, keeper().required()))
        self.assertEqual(["a.B demands y now"], required_breaks({"a.B": {"x"}}, {"a.B": {"x", "y"}, "a.New": {"z"}}))


class BreakTest(unittest.TestCase):
    """Each kind of break is seen, and what is allowed is not taken for one."""

    def setUp(self):
        self.was = descriptor_pb2.FileDescriptorSet()
        file = self.was.file.add(package="p", name="p.proto")
        message = file.message_type.add(name="M")
        message.field.add(name="a", number=1, type=Field.TYPE_INT64, label=Field.LABEL_OPTIONAL)
        message.field.add(name="b", number=2, type=Field.TYPE_STRING, label=Field.LABEL_OPTIONAL)
        message.field.add(name="c", number=3, type=Field.TYPE_INT32, label=Field.LABEL_OPTIONAL, oneof_index=0)
        message.oneof_decl.add(name="c_known")
        message.enum_type.add(name="E").value.add(name="ONE", number=1)
        file.service.add(name="S").method.add(name="Do", input_type=".p.M", output_type=".p.M")
        self.now = descriptor_pb2.FileDescriptorSet.FromString(self.was.SerializeToString())
        self.file = self.now.file[0]
        self.message = self.file.message_type[0]

    def one(self, words):
        found = breaks(self.was, self.now)
        self.assertEqual(1, len(found), found)
        self.assertIn(words, found[0])

    def test_additions_are_no_break(self):
        self.assertEqual([], breaks(self.was, self.now))
        self.message.field.add(name="d", number=4, type=Field.TYPE_STRING, label=Field.LABEL_REPEATED)
        self.message.enum_type[0].value.add(name="TWO", number=2)
        self.file.message_type.add(name="N")
        self.file.service[0].method.add(name="Undo", input_type=".p.N", output_type=".p.M")
        self.message.field[0].oneof_index = 1  # absence can be told from zero
        self.message.oneof_decl.add(name="a_known")
        self.assertEqual([], breaks(self.was, self.now))

    def test_fields(self):
        for change, words in ((lambda f: setattr(f, "number", 9), "a = 1 is gone"), (lambda f: setattr(f, "name", "z"), "became z"),
                              (lambda f: setattr(f, "type", Field.TYPE_STRING), "type 9"), (lambda f: setattr(f, "label", Field.LABEL_REPEATED), "became a"),
                              (lambda f: setattr(f, "oneof_index", 0), "changed its oneof")):
            self.setUp()
            change(self.message.field[0])
            self.one(words)

    def test_removal(self):
        del self.message.field[0]
        self.one("a = 1 is gone")
        self.message.reserved_range.add(start=1, end=2)
        self.one("reserved")

    def test_oneofs(self):
        self.message.field[2].ClearField("oneof_index")
        self.one("changed its oneof")

    def test_enums(self):
        self.message.enum_type[0].value[0].number = 3
        self.one("ONE = 1")

    def test_methods(self):
        self.file.service[0].method[0].output_type = ".p.N"
        self.one("another message")
        del self.file.service[0].method[0]
        self.one("Do is gone")

    def test_messages(self):
        del self.file.message_type[0]
        self.assertEqual(["p.M is gone", "p.M.E is gone"], sorted(breaks(self.was, self.now)))
