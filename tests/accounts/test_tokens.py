"""Access tokens: what a forger, a thief or an old key can try, and that nothing of it lets anybody in."""

import base64
import json
import re
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from tests.accounts import staff
from tests.clients import Client, TestClock, sign_in
from tests.journeys import As
from villagepub.blueprints import BLUEPRINTS
from villagepub.web.guards import Guard

KID, SECRET = "test", "a-signing-key-of-the-tests-that-is-long-enough"
OTHER = "another-key-of-the-tests-that-is-long-enough"
HEADER = {"kid": KID, "typ": "at+jwt"}


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def signed(claims: dict[str, Any], secret: str = SECRET, **header: Any) -> str:
    return jwt.encode(claims, secret, "HS256", headers=HEADER | header)


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims)]
    return ".".join([*parts, signature])


def without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


def statuses(app: Flask, tokens: dict[str, str]) -> dict[str, tuple[int, str, str]]:
    found = {}
    for name, token in tokens.items():
        answer = Client(app, token).get("/me")
        found[name] = (answer.status_code, answer.content_type, answer.headers.get("WWW-Authenticate", ""))
    return found


def assert_refused(app: Flask, tokens: dict[str, str]) -> None:
    refusal = (401, "application/problem+json", "Bearer")
    assert statuses(app, tokens) == dict.fromkeys(tokens, refusal)


@pytest.fixture
def token(app: Flask) -> str:
    return str(sign_in(app, "leader").token)


@pytest.fixture
def claims(token: str) -> dict[str, Any]:
    return claims_of(token)


def test_a_token_made_of_the_same_claims_and_key_is_good(app: Flask, claims: dict[str, Any]) -> None:
    assert Client(app, signed(claims)).get("/me").status_code == 200


def test_it_names_issuer_audience_person_sign_in_and_times(token: str, claims: dict[str, Any]) -> None:
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": KID, "typ": "at+jwt"}
    assert set(claims) == {"iss", "aud", "sub", "fam", "jti", "iat", "exp"}
    assert (claims["iss"], claims["aud"]) == ("villagepub", "villagepub-api")
    assert claims["exp"] - claims["iat"] == 900


def test_another_algorithm_or_key_is_refused(app: Flask, token: str, claims: dict[str, Any]) -> None:
    signature = token.rpartition(".")[2]
    elliptic = ec.generate_private_key(ec.SECP256R1())
    own_key = {"kty": "oct", "k": base64.urlsafe_b64encode(OTHER.encode()).decode().rstrip("=")}
    tokens = {
        f"alg {alg!r}{', signature kept' if kept else ''}": unsigned(HEADER | {"alg": alg}, claims, kept)
        for alg in ("none", "None", "nOnE", "NONE", "", "HS512", "RS256", None, 0, ["none"])
        for kept in ("", signature)
    }
    tokens |= {
        "no alg": unsigned(HEADER, claims, signature),
        "another secret": signed(claims, OTHER),
        "an empty secret": unsigned(HEADER | {"alg": "HS256"}, claims, "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"),
        "HS512 with the right secret": jwt.encode(claims, SECRET * 2, "HS512", headers=HEADER),
        "an elliptic curve": jwt.encode(claims, elliptic, "ES256", headers=HEADER),
        "embedded jwk": signed(claims, OTHER, jwk=own_key),
        "jku": signed(claims, OTHER, jku="https://attacker.example/keys"),
        "x5u": signed(claims, OTHER, x5u="https://attacker.example/chain"),
        "a critical header nobody knows": signed(claims, crit=["unknown"], unknown=1),
    }
    assert_refused(app, tokens)


def test_a_kid_is_a_name_in_our_own_table_and_nothing_else(app: Flask, claims: dict[str, Any]) -> None:
    kids = [
        "",
        "other",
        "../../dev/null",
        "/dev/null",
        "test' OR '1'='1",
        "test\x00",
        "TEST",
        " test",
        "https://a.example",
    ]
    tokens = {f"kid {kid!r}": signed(claims, kid=kid) for kid in kids}
    tokens |= {
        f"kid {kid!r}": unsigned(HEADER | {"alg": "HS256", "kid": kid}, claims, "AA") for kid in ([KID], 1, None)
    }
    tokens["no kid"] = jwt.encode(claims, SECRET, "HS256", headers={"typ": "at+jwt"})
    tokens["no kid, empty secret"] = unsigned({"alg": "HS256", "typ": "at+jwt"}, claims, "AA")
    assert_refused(app, tokens)


def test_a_token_for_another_time_place_or_purpose_is_refused(app: Flask, claims: dict[str, Any]) -> None:
    now = claims["iat"]
    tokens = {
        "expired this second": signed(claims | {"exp": now}),
        "expired long ago": signed(claims | {"exp": 1}),
        "issued in the future": signed(claims | {"iat": now + 31}),
        "not valid yet": signed(claims | {"nbf": now + 31}),
        "another issuer": signed(claims | {"iss": "somebody"}),
        "another audience": signed(claims | {"aud": "another-api"}),
        "several audiences without ours": signed(claims | {"aud": ["a", "b"]}),
        "a refresh token's type": signed(claims, typ="rt+jwt"),
        "an id token's type": signed(claims, typ="JWT"),
        "no type": unsigned({"kid": KID, "alg": "HS256"}, claims, "AA"),
    }
    tokens |= {f"without {name}": signed(without(claims, name)) for name in claims}
    assert_refused(app, tokens)
    assert Client(app, signed(claims | {"iat": now + 30, "nbf": now + 30})).get("/me").status_code == 200


def test_claims_of_the_wrong_type_are_refused(app: Flask, claims: dict[str, Any]) -> None:
    wrong: dict[str, list[Any]] = {
        "sub": [["a"], {"a": 1}, 1, None, True, "", "0" * 26],
        "fam": [["a"], {"a": 1}, 1, None, True, "", "0" * 26],
        "exp": ["soon", "9999999999", [], None, True, -1, 1e10, 1 << 40, 1 << 70, float("inf")],
        "iat": ["now", [], None, True, -1],
        "nbf": ["now", [], True, -1, {}],
        "jti": [1, [], None],
    }
    tokens = {
        f"{name} {value!r}": signed_raw(claims | {name: value}) for name, values in wrong.items() for value in values
    }
    assert_refused(app, tokens)


def signed_raw(claims: dict[str, Any]) -> str:
    """Signed with the right key, whatever the claims are: the library would not write all of these."""
    return jwt.api_jws.encode(json.dumps(claims).encode(), SECRET, "HS256", headers=HEADER)


def test_what_is_not_a_token_is_refused(app: Flask, token: str) -> None:
    head, body, signature = token.split(".")
    last = signature[:-1] + chr(ord(signature[-1]) + 1)  # may decode to the same bytes
    credentials = {"username": "leader", "password": "demo-leader"}
    twice = base64.urlsafe_b64encode(b'{"alg":"none","alg":"HS256"}').decode()
    tokens = {
        "truncated signature": token[:-1],
        "no signature": f"{head}.{body}.",
        "two parts": f"{head}.{body}",
        "four parts": f"{token}.{signature}",
        "empty parts": "..",
        "padding": token + "=",
        "another spelling of the last bits": f"{head}.{body}.{last}",
        "space in the signature": f"{head}.{body}.{signature[:9]} {signature[9:]}",
        "tab in the signature": f"{head}.{body}.{signature[:9]}\t{signature[9:]}",
        "sign outside the alphabet": f"{head}.{body}.{signature[:9]}!{signature[9:]}",
        "space in the claims": f"{head}.{body[:9]} {body[9:]}.{signature}",
        "claims exchanged": f"{head}.{unsigned({}, {'sub': 'x'}).split('.')[1]}.{signature}",
        "claims that are a list": jwt.api_jws.encode(b'["a"]', SECRET, "HS256", headers=HEADER),
        "claims that are no JSON": jwt.api_jws.encode(b"{", SECRET, "HS256", headers=HEADER),
        "duplicate header": f"{twice}.{body}.{signature}",
        "a megabyte": "A" * (1 << 20),
        "a megabyte of signature": token + "A" * (1 << 20),
        "a megabyte of points": "." * (1 << 20),
        "not ASCII": "ä.ö.ü",
        "a refresh token": Client(app).post("/auth/login", credentials).json["refresh_token"],
    }
    assert_refused(app, tokens)


def test_other_ways_to_carry_it_are_refused(app: Flask, token: str) -> None:
    for header in ("", "Bearer", "Bearer ", f"Basic {token}", token, f"Bearer  Bearer {token}", f"Token {token}"):
        answer = Client(app).get("/me", headers={"Authorization": header})
        assert answer.status_code == 401, header
    assert Client(app).get(f"/me?access_token={token}").status_code in (401, 422)


def test_a_token_of_somebody_elses_sign_in_is_refused(app: Flask, as_: As, claims: dict[str, Any]) -> None:
    other = claims_of(str(as_("secrecy").token))
    assert_refused(
        app,
        {
            "my sign-in, another person": signed(claims | {"sub": other["sub"]}),
            "another sign-in, my person": signed(claims | {"fam": other["fam"]}),
        },
    )


def test_a_token_lasts_a_quarter_of_an_hour_to_the_second(app: Flask, token: str, moment: TestClock) -> None:
    moment.forward(seconds=899)
    assert Client(app, token).get("/me").status_code == 200
    moment.forward(seconds=1)
    assert_refused(app, {"at its end": token})


def test_a_deactivated_persons_token_is_dead_at_once(app: Flask, as_: As, token: str) -> None:
    assert as_("admin").post(f"/people/{staff.person(as_, 'leader')}/deactivate").status_code == 200
    assert_refused(app, {"deactivated": token})


@pytest.mark.slow
def test_an_ended_sign_in_is_dead_on_every_route(app: Flask) -> None:
    tokens = Client(app).post("/auth/login", {"username": "leader", "password": "demo-leader"}).json
    Client(app).post("/auth/logout", {"refresh_token": tokens["refresh_token"]})
    guarded = {blueprint.name for blueprint, _, guard in BLUEPRINTS if guard is Guard.SIGNED_IN}
    client, walked = Client(app, tokens["access_token"]), 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in guarded:
            path = re.sub(r"<int:\w+>", "2023", str(rule)).replace("<", "").replace(">", "")
            for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
                assert client.open(method, path).status_code == 401, (method, path)
                walked += 1
    assert walked > 50


class TestRotation:
    OLD, NEW = {"old": OTHER}, {"new": "the-newest-key-of-the-tests-that-is-long-enough"}

    def use(self, app: Flask, keys: dict[str, str]) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], jwt_keys=keys)

    def test_the_first_key_signs_the_others_verify_a_retired_one_is_refused(self, app: Flask) -> None:
        self.use(app, self.OLD)
        before = sign_in(app, "leader")
        assert jwt.get_unverified_header(str(before.token))["kid"] == "old"

        self.use(app, self.NEW | self.OLD)
        after = sign_in(app, "leader")
        assert jwt.get_unverified_header(str(after.token))["kid"] == "new"
        assert [client.get("/me").status_code for client in (before, after)] == [200, 200]

        self.use(app, self.NEW)
        assert after.get("/me").status_code == 200
        assert_refused(app, {"signed with the retired key": str(before.token)})

    def test_a_refresh_token_outlives_the_key(self, app: Flask) -> None:
        self.use(app, self.OLD)
        tokens = Client(app).post("/auth/login", {"username": "leader", "password": "demo-leader"}).json
        self.use(app, self.NEW)
        renewed = Client(app).post("/auth/refresh", {"refresh_token": tokens["refresh_token"]})
        assert renewed.status_code == 200
        assert Client(app, renewed.json["access_token"]).get("/me").status_code == 200

    def test_the_kid_of_one_key_does_not_open_with_another(self, app: Flask) -> None:
        self.use(app, self.NEW | self.OLD)
        claims = claims_of(str(sign_in(app, "leader").token))
        assert_refused(app, {"old name, new key": signed(claims, self.NEW["new"], kid="old")})
