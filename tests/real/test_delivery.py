"""A delivery as a phone meets it: the code on the screen, the page in a browser, the profile by curl."""

from __future__ import annotations

import plistlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real.chromium import Browser, browser
from tests.real.screenshot import screenshot
from tests.real.servers import program
from tests.real.terminal import terminal

pytestmark = pytest.mark.real

PROGRAM = f"{sys.executable} -m mailferry"
LINK = re.compile(r"https?://\S+/")
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/26.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home with one account."""
    accounts = tmp_path / "home" / "accounts"
    accounts.mkdir(parents=True, mode=0o700)
    (accounts / "mum.toml").write_text('address = "mum@centurylink.net"\nname = "Mary"\nlabel = "Mum"\n')
    return {"MAILFERRY_HOME": str(tmp_path / "home"), "HOME": str(tmp_path), "LANG": "C.UTF-8"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


def decoded(picture: Path) -> str:
    """What zbarimg reads in a picture."""
    done = subprocess.run(
        [program("zbarimg"), "--quiet", "--raw", str(picture)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("front", "back", "no_color"),
    [(200, 20, False), (30, 250, False), (200, 20, True)],
    ids=["dark", "light", "without colours"],
)
@pytest.mark.parametrize("host", ["192.168.178.123", "2001:db8:1234:5678:abcd:ef01:2345:6789"])
def test_the_code_on_the_screen_is_read_and_leads_to_the_page(
    environment: dict[str, str],
    tmp_path: Path,
    host: str,
    front: int,
    back: int,
    no_color: bool,
) -> None:
    with terminal(80, 24) as window:
        window.start(
            f"{PROGRAM} deliver mum --host {host}", environment | ({"NO_COLOR": "1"} if no_color else {})
        )
        window.wait_for("Deliver it all the same?")
        window.type("y\n")
        screen = window.wait_for("ctrl+c ends it", "http://")
        link = LINK.search(screen.replace("\n", " "))
        assert link is not None
        coloured = window.coloured_screen()
        assert ("\x1b[38" in coloured) is not no_color
        picture = tmp_path / "screen.pgm"
        picture.write_bytes(screenshot(coloured, front=front, back=back))
        assert decoded(picture) == link[0]
        window.press("C-c")
        window.wait_for("Stopped; nothing was delivered.")


def test_a_phone_fetches_it_and_nobody_else_does(environment: dict[str, str], tmp_path: Path) -> None:
    curl = [program("curl"), "--silent", "--show-error", "--user-agent", IPHONE]
    with terminal(80, 24) as window:
        window.start(f"{PROGRAM} deliver mum --host 127.0.0.1", environment)
        window.wait_for("Deliver it all the same?")
        window.type("y\n")
        link = LINK.search(window.wait_for("ctrl+c ends it", "http://"))
        assert link is not None
        page = subprocess.run([*curl, link[0]], capture_output=True, text=True, check=True).stdout
        button = re.search(r'class="install" href="([^"]+)"', page)
        assert button is not None
        window.wait_for("the page is open: iPhone, iOS 26.0, Safari at 127.0.0.1")
        target = tmp_path / "got.mobileconfig"
        headers = subprocess.run(
            [*curl, "--dump-header", "-", "--output", str(target), link[0] + button[1]],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "application/x-apple-aspen-config" in headers
        assert plistlib.loads(target.read_bytes())["PayloadType"] == "Configuration"
        window.wait_for("delivered: iPhone, iOS 26.0, Safari at 127.0.0.1")
        status = [*curl, "--output", "/dev/null", "--write-out", "%{http_code}", link[0] + button[1]]
        again = subprocess.run(status, capture_output=True, text=True, check=False)
        assert again.stdout in ("410", "000")  # told so, or nobody listens any more
        window.wait_for("The link has been used and is closed.")


def test_the_page_on_a_phones_screen(chromium: Browser, environment: dict[str, str], tmp_path: Path) -> None:
    with terminal(80, 24) as window:
        window.start(f"{PROGRAM} deliver mum --host 127.0.0.1", environment)
        window.wait_for("Deliver it all the same?")
        window.type("y\n")
        link = LINK.search(window.wait_for("ctrl+c ends it", "http://"))
        assert link is not None
        chromium.open(link[0], wide=390)
        assert chromium.value("document.documentElement.scrollWidth") == 390
        assert chromium.value("document.querySelector('a.install').href").endswith("/mum.mobileconfig")
        assert "Safari" in str(chromium.value("document.querySelector('[role=note]').textContent"))
        # Which password is needed comes before the button, as a tap on it uses the link up; not far before.
        bottom = chromium.value("document.querySelector('a.install').getBoundingClientRect().bottom")
        prepared = chromium.value("document.querySelector('h2').getBoundingClientRect().bottom")
        assert 0 < prepared < bottom < 3 * 844
        window.press("C-c")
        window.wait_for("Stopped")


def test_a_folder_behind_a_real_web_server_has_its_code(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "web"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "mailferry",
            "deliver",
            "mum",
            "--folder",
            str(folder),
            "--url",
            "https://a.example/x/",
        ],
        env=environment | {"PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    )
    if shutil.which("rsvg-convert") is None:
        pytest.skip("rsvg-convert is not installed: apt-get install librsvg2-bin")
    picture = tmp_path / "qr.png"
    subprocess.run(
        ["rsvg-convert", "--width", "400", "--output", str(picture), str(folder / "qr.svg")], check=True
    )
    assert decoded(picture) == "https://a.example/x/"
