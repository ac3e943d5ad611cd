"""What ``Window.check`` finds: a page is spoilt in one way after the other, and each time it is refused."""

import pytest

from tests.browser import IN_CHROMIUM, Screens

pytestmark = IN_CHROMIUM

SPOILT = {
    "color-contrast": "document.querySelector('label').style.color = '#aaa'",
    "landmark-one-main": "document.querySelector('main').replaceWith(...document.querySelector('main').childNodes)",
    "region": "document.body.append(document.querySelector('main p'))",
    "label": "document.querySelector('label').remove()",
    "button-name": "document.querySelector('main button').textContent = ''",
    "document-title": "document.title = ''",
    "wider than the screen": "document.querySelector('h1').style.width = '900px'",
    "Content Security Policy": "new Image().src = 'http://e.example/'",
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_spoilt_page_is_refused(screens: Screens, fault: str) -> None:
    window = screens.window("phone")
    page = window.open("/sign-in")
    window.check()
    page.evaluate(SPOILT[fault])
    with pytest.raises(AssertionError, match=fault):
        window.check()
