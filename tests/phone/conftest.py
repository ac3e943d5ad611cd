"""A server as an operator runs it, and telephones that talk to it."""

from collections.abc import Callable, Iterator

import pytest

from tests.engines import Engine
from tests.miniprogram import MiniProgram
from tests.processes import Installation

SignedIn = Callable[[str], MiniProgram]


@pytest.fixture(scope="module")
def installation(engine: Engine, loaded: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(engine.copy(loaded, "phone"), tmp_path_factory.mktemp("phone"))
    yield made
    engine.drop("phone")


@pytest.fixture(scope="module")
def server(installation: Installation) -> Iterator[str]:
    """Its address."""
    with installation.server() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def signed_in(server: str) -> SignedIn:
    """``signed_in("leader")`` is the leader's telephone; with a password, until it is bound to WeChat."""

    def sign_in(username: str) -> MiniProgram:
        body = {"username": username, "password": f"demo-{username}"}
        answer = MiniProgram(server).request("/auth/login", body, method="POST")
        assert answer.status_code == 200, answer.data
        return MiniProgram(server, answer.data["access_token"])

    return sign_in
