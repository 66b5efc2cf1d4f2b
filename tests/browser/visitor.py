"""What a person does at the browser, in the words of a test."""

import json
from pathlib import Path
from typing import Any

from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE = 20


class Visitor:
    """Clicks, types and reads; waits for what the page does by itself."""

    def __init__(self, browser: Chrome, site: str) -> None:
        self._browser = browser
        self._site = site

    def visits(self, path: str) -> None:
        self._browser.get(f"{self._site}{path}")

    def signs_in(self, username: str, password: str = "tests-only-9") -> None:
        self.visits("/sign-in/")
        self.types("#id_username", username)
        self.types("#id_password", password)
        self.clicks("button[type=submit]")
        self.sees("Projects")

    def types(self, selector: str, text: str) -> None:
        field = self.finds(selector)
        field.clear()
        field.send_keys(text)

    def chooses(self, selector: str, value: str) -> None:
        """An option of a list."""
        Select(self.finds(selector)).select_by_value(value)

    def chooses_file(self, selector: str, path: Path) -> None:
        self._browser.find_element(By.CSS_SELECTOR, selector).send_keys(str(path))

    def clicks(self, selector: str) -> None:
        condition = expected_conditions.element_to_be_clickable((By.CSS_SELECTOR, selector))
        found = WebDriverWait(self._browser, PATIENCE).until(condition)
        self._browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
        found.click()

    def follows(self, text: str) -> None:
        """Clicks the link or the button that says so."""
        path = f"//*[self::a or self::button][contains(normalize-space(.), '{text}')]"
        condition = expected_conditions.element_to_be_clickable((By.XPATH, path))
        WebDriverWait(self._browser, PATIENCE).until(condition).click()

    def presses(self, *keys: str) -> None:
        """Whatever has the focus gets the keys, as from a keyboard; a dialog that closes may just have lost it."""
        for key in keys:
            ActionChains(self._browser).send_keys(key).perform()

    def finds(self, selector: str) -> WebElement:
        condition = expected_conditions.visibility_of_element_located((By.CSS_SELECTOR, selector))
        found: WebElement = WebDriverWait(self._browser, PATIENCE).until(condition)
        return found

    def sees(self, text: str) -> None:
        """Waits until the page says so."""
        body = (By.TAG_NAME, "body")
        wait = WebDriverWait(self._browser, PATIENCE)
        wait.until(expected_conditions.text_to_be_present_in_element(body, text), f"The page never said: {text}")

    def reads(self, selector: str) -> str:
        return self.finds(selector).text

    @property
    def path(self) -> str:
        return self._browser.current_url.removeprefix(self._site)

    def complaints(self) -> list[str]:
        """What the browser's console holds: errors, and what the policy refused."""
        entries: list[dict[str, Any]] = self._browser.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in entries]

    def barriers(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA on this page: the rule, and where."""
        self._browser.execute_script(AXE)
        only = json.dumps({"runOnly": {"type": "tag", "values": STANDARDS}})
        script = f"const done = arguments[0]; axe.run({only}).then((found) => done(found.violations));"
        violations: list[dict[str, Any]] = self._browser.execute_async_script(script)
        return [
            f"{rule['id']}: {node['target'][0]} {node.get('failureSummary', '')}"
            for rule in violations
            for node in rule["nodes"]
        ]

    def prefers(self, theme: str) -> None:
        self._browser.execute_script(f"localStorage.setItem('theme', '{theme}')")

    def escapes(self) -> None:
        self.presses(Keys.ESCAPE)
