"""Key files as the daemons read them (common/bus/key.h, common/crypto/seal.h, common/crypto/sign.h)."""
import dataclasses
import os
import pathlib
import secrets
import subprocess

import zmq


@dataclasses.dataclass
class Key:
    """A CURVE pair and who stands behind it."""
    principal: str
    unit_id: str
    duty: str = "VIEWER"
    relations: tuple = ()
    kind: str = "principal"  # principal, gateway, service
    public: str = ""
    secret: str = ""

    def __post_init__(self):
        if not self.public:
            self.public, self.secret = (half.decode() for half in zmq.curve_keypair())

    def _lines(self):
        yield f"public = {self.public}"
        yield f"principal = {self.principal}"
        yield f"unit_id = {self.unit_id}"
        yield f"duty = {self.duty}"
        yield f"relations = {' '.join(self.relations)}"
        yield f"kind = {self.kind}"

    def write_public(self, directory, name=None):
        path = pathlib.Path(directory) / f"{name or self.principal}.pub"
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".new")  # a daemon may read the ring at any moment: never a half file
        partial.write_text("\n".join(self._lines()) + "\n")
        partial.rename(path)

    def write_secret(self, directory):
        path = pathlib.Path(directory) / f"{self.principal}.key"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, "\n".join([*self._lines(), f"secret = {self.secret}"]) + "\n")

    @classmethod
    def load(cls, path):
        values = dict((part.strip() for part in line.split("=", 1)) for line in pathlib.Path(path).read_text().splitlines() if "=" in line)
        return cls(values["principal"], values["unit_id"], values.get("duty", "VIEWER"), tuple(values.get("relations", "").split()),
                   values.get("kind", "principal"), values["public"], values.get("secret", ""))


def write_private(path, text):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def make_seal_key(directory):
    write_private(pathlib.Path(directory) / f"seal-{secrets.token_hex(4)}.key", secrets.token_hex(48) + "\n")


def make_token_key(directory, value=None):
    """value: the token key of another node of the same district."""
    value = value or secrets.token_hex(32)
    write_private(pathlib.Path(directory) / "district.token.key", value + "\n")
    return value


def make_sign_key(directory):
    """SM2 pair: PEM, and the public point in hex beside it."""
    path = pathlib.Path(directory) / "sign.key"
    pem = subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-pkeyopt", "ec_param_enc:named_curve"],
                         check=True, capture_output=True, text=True).stdout
    write_private(path, pem)
    der = subprocess.run(["openssl", "pkey", "-in", str(path), "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
    (pathlib.Path(directory) / "sign.key.pub").write_text(der[-65:].hex() + "\n")
