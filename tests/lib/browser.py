"""A headless Chromium on a real node: accounts, pages by address, screenshots under var/, and no error in its console."""
import base64
import hashlib
import pathlib
import secrets
import tempfile

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from . import PATIENCE_SECONDS

AXE = (pathlib.Path(__file__).resolve().parents[1] / "data/axe-core/axe.min.js").read_text()
PASSWORD = "一句好记的话就是好密码"
PICTURES = pathlib.Path(__file__).resolve().parents[2] / "var" / "browser"


def invite(house, account, unit, duty, relations, person="张某"):
    """The invitation code of a new account."""
    code = secrets.token_urlsafe(32)
    house.operator.ok("gateway.AddAccount", {
        "account_name": account, "unit_id": unit, "duty": duty, "relations": relations, "person_name": person,
        "invitation_digest": hashlib.new("sm3", code.encode()).digest(), "invitation_until_at_us": house.node.now_us() + 60 * 86400 * 10**6})
    return code


class Browser:
    def __init__(self, port, size=(1280, 900)):
        options = Options()
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=zh-CN", f"--window-size={size[0]},{size[1]}"):
            options.add_argument(argument)
        options.binary_location = "/usr/bin/chromium"
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.root = f"http://127.0.0.1:{port}"
        PICTURES.mkdir(parents=True, exist_ok=True)

    def close(self):
        self.driver.quit()

    def open(self, path="/console/"):
        self.driver.get(self.root + path)
        if path.startswith("/console/"):
            self.wait(lambda: self.all("#app > *"), PATIENCE_SECONDS, "the page's scripts")  # many browsers on few processors start slowly

    def go(self, address):
        """A room by its address, without loading the page again."""
        self.driver.execute_script("location.hash = arguments[0]", "#!" + address)

    def wait(self, condition, seconds=PATIENCE_SECONDS, what="it"):
        try:
            return WebDriverWait(self.driver, seconds, 0.1, ignored_exceptions=(Exception,)).until(lambda _: condition())
        except TimeoutException:
            raise AssertionError(f"waited {seconds} s for {what}; the page says: {self.text()[:1500]}") from None

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def sees(self, text, seconds=PATIENCE_SECONDS):
        self.wait(lambda: text in self.text(), seconds, text)

    def one(self, selector):
        return self.wait(lambda: self.driver.find_element(By.CSS_SELECTOR, selector), what=selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def click(self, selector):
        self.wait(lambda: self.driver.find_element(By.CSS_SELECTOR, selector).click() or True, what=selector)

    def click_text(self, text, tag="button"):
        self.wait(lambda: next(one for one in self.all(tag) if text in one.text and one.is_displayed()).click() or True, what=text)

    def type(self, selector, text):
        field = self.one(selector)
        field.clear()
        field.send_keys(text)

    def fill(self, form, fields):
        """Fields of a form by name: text, a choice by its value, True for a box, a file's text as bytes."""
        for name, value in fields.items():
            field = self.one(f"{form} [name='{name}']")
            if value is True:
                field.click()
            elif isinstance(value, bytes):
                with tempfile.NamedTemporaryFile(delete=False, suffix=".txt") as paper:
                    paper.write(value)
                field.send_keys(paper.name)
            else:
                self.driver.execute_script("""const [field, value] = arguments; field.value = value;
                    field.dispatchEvent(new Event("input", { bubbles: true })); field.dispatchEvent(new Event("change", { bubbles: true }))""", field, str(value))

    def boxes(self, form, *words):
        """Ticks the boxes with these words."""
        for word in words:
            self.wait(lambda word=word: next(one for one in self.all(f"{form} label") if word in one.text).click() or True, what=word)

    def do(self, method, fields=None, sure=False):
        """Opens the form of a method, fills it and sends it off; sure: and says yes to the question."""
        form = f"form[data-method='{method}']"
        self.click(f"[data-do='{method}']")
        self.one(form)
        self.fill(form, fields or {})
        self.click(f"{form} button[type=submit]")
        if sure:
            self.click("[data-test=yes]")
        self.wait(lambda: not self.all(form), what=f"{method} done")

    def press(self, keys):
        self.driver.switch_to.active_element.send_keys(keys)

    def picture(self, name, whole=True):
        if whole:
            height = self.driver.execute_script("return document.documentElement.scrollHeight")
            size = self.driver.get_window_size()
            self.driver.set_window_size(size["width"], max(500, min(3000, height + 140)))
            self.driver.save_screenshot(str(PICTURES / f"{name}.png"))
            self.driver.set_window_size(size["width"], size["height"])
        else:
            self.driver.save_screenshot(str(PICTURES / f"{name}.png"))

    def narrow(self, name):
        """The page on a telephone of 360 px; how wide it is there."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True})
        wide = self.driver.execute_script("return document.documentElement.scrollWidth")
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})["data"]
        (PICTURES / f"{name}.png").write_bytes(base64.b64decode(shot))
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        return wide

    def paper(self, name):
        """The page as it prints; the number of bytes."""
        data = base64.b64decode(self.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": False})["data"])
        (PICTURES / f"{name}.pdf").write_bytes(data)
        return data

    def download(self, selector):
        """What the browser keeps when this is clicked."""
        with tempfile.TemporaryDirectory() as folder:
            self.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": folder})
            self.click(selector)
            place = self.wait(lambda: next((one for one in pathlib.Path(folder).iterdir() if one.suffix != ".crdownload" and not one.name.startswith(".")), None),
                              what="the file")
            return place.name, place.read_bytes()

    def set_first_password(self, account, code):
        self.open()
        self.click_text("首次登录")
        self.type("[name=account]", account)
        self.type("[name=invitation]", code)
        self.type("[name=newPassword]", PASSWORD)
        self.type("[name=again]", PASSWORD)
        self.click_text("设置密码并登录")

    def log_in(self, account):
        self.type("[name=account]", account)
        self.type("[name=password]", PASSWORD)
        self.click_text("登录")
        self.one("[data-test=who]")

    def serious(self):
        """What axe-core finds on the page that is serious: (impact, rule, nodes)."""
        self.driver.execute_script("if (!window.axe) { " + AXE + " }")
        found = self.driver.execute_async_script("""const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ["violations"] }).then((result) => done(result.violations), (problem) => done([{ impact: "critical", id: String(problem), nodes: [] }]))""")
        return [(one["impact"], one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found if one["impact"] in ("serious", "critical")]

    def errors(self):
        """What the console of the browser complained of; a refusal (4xx) is an answer, not an error."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE" and "status of 4" not in entry["message"]]
