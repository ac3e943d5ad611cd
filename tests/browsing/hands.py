"""How somebody works a page: with a pointer, or with nothing but the keyboard."""

from playwright.sync_api import Locator


class Pointer:
    """A mouse or a finger."""

    def press(self, control: Locator) -> None:
        control.click()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)


class Keyboard:
    """Whatever is pressed or written was reached by Tab alone."""

    def press(self, control: Locator) -> None:
        """Enter on links and buttons, Space on boxes."""
        self._reach(control)
        is_box = control.get_attribute("type") in ("checkbox", "radio")
        control.page.keyboard.press("Space" if is_box else "Enter")

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        if field.get_attribute("type") == "date":
            year, month, day = text.split("-")
            field.page.keyboard.type(month + day + year)
        else:
            field.page.keyboard.press("Control+A")
            field.page.keyboard.insert_text(text)

    def _reach(self, control: Locator) -> None:
        control.wait_for()
        for _ in range(150):
            if control.evaluate("each => each === document.activeElement"):
                return
            control.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {control}")
