"""Plays the demo: `python3 -m deploy.demo_district`, as deploy/demo does. ONCE=1 stops everything at the end; else it stays up on a terminal."""
import os
import signal
import sys
import time
import urllib.error
import urllib.request

from . import show, truth
from .district import MONTHS, QUARTER, District
from .mechanism import Mechanism
from .nodes import Nodes, Running, page_address
from .play import Play, Quarter
from .states import States


def play(nodes, district):
    """The whole quarter; the consolidated report as a dict."""
    acts = Play(nodes, district, show.say)
    acts.set_up()
    mechanism = Mechanism(acts)
    mechanism.found()
    acts.open_projects()
    missing = mechanism.send_lists()
    mechanism.meet(missing)
    mechanism.move_entries()
    acts.take_on()
    mechanism.settle()
    for month, progress in zip(MONTHS, (2_000, 4_500, 7_000)):
        acts.work(month)
        acts.report_progress(month, progress)
        acts.draw(month)
        acts.pay(month)
        if month == MONTHS[0]:
            acts.inspect()
    acts.check_ratios()
    acts.draw_down(7_000, f"{MONTHS[-1]}-30")
    Quarter(acts).run()
    States(acts).run()
    return acts.office_checker.ok("gateway.GetConsolidatedReport", {"quarter": QUARTER})


def check(district, body, address):
    """Complaints about figures, and whether the page answers."""
    wrong = truth.differences(district, body)
    for place, true, printed in wrong[:40]:
        show.stderr(f"  不符: {place}: 应为 {true}, 报表为 {printed}")
    try:
        with urllib.request.urlopen(address, timeout=10) as page:
            text = page.read().decode()
    except (urllib.error.URLError, OSError) as error:
        show.stderr(f"  网页 {address}: {error}")
        return False
    for needle in (show.wan(body["summary"]["paid_fen"]), str(body["summary"]["absorbed_count"])):
        if needle not in text:
            wrong.append((address, needle, "无"))
            show.stderr(f"  网页 {address} 没有 {needle}")
    return not wrong


def wait_for_end():
    print("按 Ctrl-C 停止。 Ctrl-C stops it.", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print()


def main():
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    district = District()
    try:
        nodes = Nodes()
    except Running as error:
        show.stderr(f"演示已在 {error} 运行: 请先停止它, 或用 DEMO_HOME 另选目录。 A demo runs there already: stop it, or choose another DEMO_HOME.")
        return 75
    try:
        nodes.start()
        show.say(f"三个节点已启动: 区发展和改革局 (代管无节点单位)、区交通局、区水务局, 共 15 个服务 ({time.monotonic() - began:.1f} 秒)")
        body = play(nodes, district)
        show.report(body, district)
        address = page_address(nodes, QUARTER)
        good = check(district, body, address)
        figures = sum(len(groups) * len(next(iter(groups.values()))) for groups in truth.consolidated(district).values()) + 12 * 18
        print(f"核对 {figures} 个数字: {'全部相符' if good else '有不符'}; {nodes.calls:,} 次调用, {time.monotonic() - began:.1f} 秒")
        print(f"季报网页 report page: {address}", flush=True)
        if good and os.environ.get("ONCE") != "1" and sys.stdout.isatty():
            wait_for_end()
        return 0 if good else 1
    finally:
        nodes.stop()


if __name__ == "__main__":
    sys.exit(main())
