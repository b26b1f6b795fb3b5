"""page_ms: the office's first page in Chromium on a line of 1 Mbit/s with 40 ms each way: from the address to the first sentence of the answer,
with nothing cached, and again by a browser that has been there. Real node, one district with a filed quarter."""
import statistics

from tests.lib.browser import Browser, invite
from tests.lib.house import House
from tests.lib.world import OFFICE_UNIT, World

QUARTER, ROUNDS = "2026Q2", 5
LINE = {"offline": False, "latency": 80, "downloadThroughput": 1_000_000 / 8, "uploadThroughput": 1_000_000 / 8}
WATCH = """new MutationObserver(() => { if (!window.answered && document.querySelector("[data-test=answer]")) window.answered = performance.now(); })
  .observe(document, { childList: true, subtree: true })"""
WEIGHT = """return performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation")).reduce((sum, one) => sum + one.transferSize, 0)"""


def _opened(browser, cached):
    """(ms to the first sentence, bytes over the line)."""
    driver = browser.driver
    driver.get("about:blank")
    driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": not cached})
    driver.get(f"{browser.root}/console/#!/quarter?q={QUARTER}")
    browser.wait(lambda: driver.execute_script("return window.answered"), 60, "the answer")
    return driver.execute_script("return window.answered"), driver.execute_script(WEIGHT)


def page_ms(bench):
    house = House()
    try:
        world = World(house)
        world.paid_sheet()
        for _ in range(5):
            world.project()
        world.office_checker.ok("gateway.OpenQuarter", {"quarter": QUARTER, "due_date": "2026-07-25", "grace_days": 2})
        house.settle()
        browser = Browser(house.node.port("http"))
        try:
            browser.set_first_password("office", invite(house, "office", OFFICE_UNIT, "CHECKER", "OFFICE"))
            browser.one("[data-test=who]")
            browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
            browser.driver.execute_cdp_cmd("Network.enable", {})
            browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", LINE)
            cold = [_opened(browser, cached=False) for _ in range(ROUNDS)]
            warm = [_opened(browser, cached=True) for _ in range(ROUNDS)]
        finally:
            browser.close()
    finally:
        house.close()
    first = statistics.median(ms for ms, _ in cold)
    bench.tell("page_ms", first, "ms", first)
    bench.tell("page_kb", statistics.median(weight for _, weight in cold) / 1000, "kB")
    again = statistics.median(ms for ms, _ in warm)
    bench.tell("page_ms_again", again, "ms", again)
    bench.tell("page_kb_again", statistics.median(weight for _, weight in warm) / 1000, "kB")
