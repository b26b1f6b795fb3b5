"""http_vs_bus: the same read by JSON over HTTP keep-alive and by the bus, both through the gateway."""
import statistics

from tests.lib import BUILD
from tests.lib.web import PASSWORD, Browser, await_service, invite

CONNECTIONS = 64


def token_of(bench):
    """A token of an account of the contractor's, by the ways a program gets one."""
    node, account = bench.node, f"bench-{bench.scale}"
    with node.client("gateway", node.operator) as operator:
        def add(request):
            reply = operator.call("gateway.AddAccount", request)
            if not reply.ok:
                raise RuntimeError(f"AddAccount: {reply}")
        code = invite(add, node.now_us(), account, "contractor-1", "MAKER", "CONTRACTOR")
    browser = Browser(node.port("http"))
    browser.send("POST", "/v1/password", {"account": account, "invitation": code, "newPassword": PASSWORD})
    browser.log_in(account)
    await_service(browser)
    answer = browser.send("POST", "/v1/token", {"tokenName": "bench", "methods": "registry.GetProject", "days": 1})
    browser.connection.close()
    return answer.json["secret"]


def http_vs_bus(bench, run, seconds, rounds, projects):
    bench.quiet()
    bench.node.start("gateway")
    token = token_of(bench)
    bus, straight, http = [], [], []
    for _ in range(rounds):  # in turn: what else the machine does falls on both
        rate, p50, p99, _, refused, failed, _ = bench.load("gateway", "project", CONNECTIONS, seconds, projects)
        if refused or failed:
            raise RuntimeError(f"{refused} calls by the bus refused, {failed} failed")
        bus.append(rate)
        straight.append(bench.load("registry", "project", CONNECTIONS, seconds, projects)[0])
        line = run(BUILD / "tests/bench/http_load", "127.0.0.1", bench.node.port("http"), CONNECTIONS, seconds, "/v1/registry/GetProject", 100001, projects,
                   data=token)
        http.append([float(word) for word in line.split()])
    bench.node.stop("gateway")
    rate = statistics.median(one[0] for one in http)
    bench.tell("http_vs_bus", rate, "calls/s", rate / statistics.median(bus))
    bench.tell("http_vs_bus_peer", statistics.median(bus), "calls/s")
    bench.tell("http_vs_registry_peer", statistics.median(straight), "calls/s", rate / statistics.median(straight))  # no gateway between
    bench.tell("http_64_p50", statistics.median(one[1] for one in http) / 1000, "ms")
    bench.tell("http_64_p99", statistics.median(one[2] for one in http) / 1000, "ms")
    bench.tell("bus_64_p50", p50 / 1000, "ms")
    bench.tell("bus_64_p99", p99 / 1000, "ms")
