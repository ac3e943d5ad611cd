"""Where the platform calls us: the address that is entered in its console."""

from flask import Response, request
from flask_smorest import Blueprint

from villagepub.extensions import settings
from villagepub.wechat import pushes

PLAIN = "text/plain; charset=utf-8"
TAKEN = "success"  # the platform's word for it; anything but an answer within 5 seconds is repeated

blueprint = Blueprint("wechat", __name__, description="微信公众平台")


def _in_query(*names: str) -> list[dict[str, object]]:
    return [{"name": name, "in": "query", "required": True, "schema": {"type": "string"}} for name in names]


@blueprint.get("/wechat/push")
@blueprint.response(200, content_type="text/plain")
@blueprint.doc(**{"x-problems": [403], "parameters": _in_query("signature", "timestamp", "nonce", "echostr")})
def prove_address() -> Response:
    """供微信公众平台核对消息推送的地址

    在公众平台填写地址时由微信调用；签名正确的原样返回 echostr。
    """
    return Response(pushes.prove_address(settings.wechat, request.args), content_type=PLAIN)


@blueprint.post("/wechat/push")
@blueprint.response(200, content_type="text/plain")
@blueprint.doc(**{"x-problems": [403], "parameters": _in_query("msg_signature", "timestamp", "nonce")})
def take_push() -> Response:
    """接收微信公众平台的消息推送

    只收安全模式、JSON 格式的推送。签名、时间或内容核对不上的答 403；收过的再来一次，答复相同，不再处理。
    """
    pushes.take(pushes.open_push(settings.wechat, request.args, request.get_data()))
    return Response(TAKEN, content_type=PLAIN)
