"""Ports of the loopback for nodes. Several test processes run at a time, and a daemon that is being restarted holds none of its own for a moment:
so a base is claimed by a lock that its process keeps for life, besides being seen to be free."""
import fcntl
import os
import pathlib
import secrets
import socket
import tempfile

STEP = 10
LOWEST, BASES = 12000, 1800  # up to 30000: below the ephemeral range
_CLAIMS = pathlib.Path(tempfile.gettempdir()) / f"workrelief-ports-{os.getuid()}"
_claimed = []


def are_free(base, count=6):
    """Whether nobody holds these neighbouring ports of the loopback."""
    held = []
    try:
        for port in range(base, base + count):
            held.append(socket.socket())
            held[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held[-1].bind(("127.0.0.1", port))
        return True
    except OSError:
        return False
    finally:
        for one in held:
            one.close()


def _claim(base):
    """True when no living process, nor this one, has claimed the base before."""
    _CLAIMS.mkdir(exist_ok=True)
    claim = open(_CLAIMS / str(base), "w", encoding="ascii")  # pylint: disable=consider-using-with
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        claim.close()
        return False
    _claimed.append(claim)
    return True


def free_ports(count=6):
    """The first of `count` (up to ten) neighbouring free ports, which are this process's own from now on."""
    for _ in range(400):
        base = LOWEST + secrets.randbelow(BASES) * STEP
        if are_free(base, count) and _claim(base):
            return base
    raise RuntimeError("no free ports")
