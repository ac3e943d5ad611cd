"""Every refusal of the program.

Problem
├── InternalError 500        ├── Conflict 409                 ├── Invalid 422
│   └── FileDamaged          │   ├── WrongState               │   ├── ChecklistIncomplete
├── MalformedRequest 400     │   ├── WeChatNotConnected       │   ├── Unread
├── NotSignedIn 401          │   ├── WeChatAlreadyBound       │   ├── SensitiveContent
│   ├── TokenRefused         │   ├── WeChatSignInNeeded       │   ├── AcknowledgementRequired
│   ├── WrongCredentials     │   ├── PostsHeld                │   ├── SecretMark
│   ├── TotpRequired         │   ├── ConsentNeeded            │   ├── TextRefused
│   ├── WrongTotp            │   ├── StaleDigest              │   ├── InvitationRefused
│   ├── LoginCodeUsed        │   ├── NotYourStage             │   ├── WrongPassword
│   ├── RefreshTokenRefused  │   ├── AlreadyDecided           │   ├── IdempotencyKeyReused
│   ├── SessionEnded         │   ├── AttachmentPending        │   └── ReportIncomplete
│   └── RefreshTokenReused   │   ├── DirectUploadUnavailable  ├── IfMatchMissing 428
├── Forbidden 403            │   ├── UploadIncomplete         ├── TooManyAttempts 429
│   ├── FeedbackBlocked      │   ├── AlreadyExists            ├── TooMuchFeedback 429
│   ├── TotpNotSetUp         │   ├── TemplateRefused          └── Unavailable 503
│   ├── FormRefused          │   ├── RequestInProgress            ├── StorageUnavailable
│   ├── SeparationOfDuties   │   └── FormAlreadySent              ├── WeChatUnavailable
│   ├── WeChatUserBlocked    ├── TooLarge 413                     ├── ScreeningUnavailable
│   └── PushRefused          │   └── ExportTooLarge               ├── OcrUnavailable
├── NotFound 404             ├── UnsupportedMedia 415             └── ScannerUnavailable
├── MethodNotAllowed 405     └── Gone 410
└── IfMatchStale 412             └── ExportExpired

An operation raises one of these; the frame of the doors turns it into an RFC 9457 body, a page or a line on
the terminal. ``detail`` is a Chinese sentence that can be shown as it is and names the remedy.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

FieldErrors = Mapping[str, Sequence[str]]


class Problem(Exception):
    """A refusal with a stable English code and a Chinese sentence.

    detail: what to tell the person; the class's own sentence when not given.
    errors: ``{field: [sentence, …]}``.
    retry_after: seconds after which trying again makes sense.
    extra: further members of the problem body.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "服务器内部错误"
    remedy: ClassVar[str] = "请稍后再试；仍不行时，把页面上的请求编号告诉管理员。"
    keeps_changes: ClassVar[bool] = False  # whether what was written before the refusal is stored

    known: ClassVar[dict[str, type["Problem"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Problem.known[cls.code] = cls

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: FieldErrors | None = None,
        retry_after: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.detail = detail or f"{self.title}。{self.remedy}"
        self.errors = {field: list(sentences) for field, sentences in (errors or {}).items()}
        self.retry_after = retry_after
        self.extra = dict(extra or {})
        super().__init__(self.detail)


class InternalError(Problem):
    """Something we did not foresee; its cause is in the log, never in the answer."""

    status, code = 500, "internal_error"


class FileDamaged(InternalError):
    code, title = "file_damaged", "文件丢失，或与审批时的内容不一致"
    remedy = "为安全起见没有发出。请告诉管理员，由其核对存储并从备份恢复。"


class MalformedRequest(Problem):
    status, code, title = 400, "malformed_request", "请求无法读取"
    remedy = "请检查请求体是否是完整的 JSON、编码是否为 UTF-8。"


class NotSignedIn(Problem):
    status, code, title = 401, "not_signed_in", "尚未登录"
    remedy = "请先登录，并在 Authorization 头中带上访问令牌。"


class TokenRefused(NotSignedIn):
    code, title = "token_refused", "登录已失效"
    remedy = "请重新登录，或用刷新令牌换取新的访问令牌。"


class WrongCredentials(NotSignedIn):
    code, title = "wrong_credentials", "用户名或密码不正确"
    remedy = "请核对后重新输入；忘记密码时请管理员重新发放邀请码。"
    keeps_changes = True


class TotpRequired(NotSignedIn):
    code, title = "totp_required", "还需要动态口令"
    remedy = "请打开手机上的验证器，输入现在显示的 6 位数字；手机不在身边时输入一个恢复码。"


class WrongTotp(NotSignedIn):
    code, title = "wrong_totp", "动态口令不正确"
    remedy = "请输入验证器现在显示的数字，每个只能用一次；手机时间须准确。手机丢失时用恢复码，或请管理员重置。"
    keeps_changes = True


class LoginCodeUsed(NotSignedIn):
    code, title = "login_code_used", "微信登录凭证无效、已过期或已用过"
    remedy = "请重新调用 wx.login 取得新的凭证，再登录一次。"


class RefreshTokenRefused(NotSignedIn):
    code, title = "refresh_token_refused", "刷新令牌无效"
    remedy = "请重新登录。"


class SessionEnded(NotSignedIn):
    code, title = "session_ended", "登录已结束"
    remedy = "为安全起见，较长时间没有操作或在别处退出后，须重新登录。"


class RefreshTokenReused(NotSignedIn):
    code, title = "refresh_token_reused", "刷新令牌已被使用过"
    remedy = "为防盗用，这次登录已全部退出，请重新登录。"
    keeps_changes = True


class Forbidden(Problem):
    status, code, title = 403, "forbidden", "您的岗位不能做这件事"
    remedy = "如需办理，请联系负责该事项的岗位。"


class FeedbackBlocked(Forbidden):
    code, title = "feedback_blocked", "暂时不能提交反映"
    remedy = "限制期满后可以再提；有异议的，请到镇政务服务窗口提出。"


class TotpNotSetUp(Forbidden):
    code, title = "totp_not_set_up", "须先启用动态口令"
    remedy = "本单位要求乡镇岗位登录时使用动态口令，请先在网页上登录并按提示启用。"


class FormRefused(Forbidden):
    code, title = "form_refused", "没有收下这张表单"
    remedy = "页面打开得太久，或不是从本站打开的；什么都没有改动。请返回上一页，刷新后重新提交。"


class SeparationOfDuties(Forbidden):
    code, title = "separation_of_duties", "须由另一人审批"
    remedy = "上传、保密审查、业务审核、领导审批须由不同的人完成，请由该岗位的另一人或其代办人办理。"


class WeChatUserBlocked(Forbidden):
    code, title = "wechat_user_blocked", "微信拒绝了这个账号的登录"
    remedy = "微信认为这个账号有风险，请先在微信里按提示处理。"


class PushRefused(Forbidden):
    code, title = "push_refused", "不是微信公众平台的推送"
    remedy = "此地址只接收微信公众平台的消息推送，请核对公众平台上填写的令牌和密钥。"


class NotFound(Problem):
    status, code, title = 404, "not_found", "没有找到"
    remedy = "请核对地址或编号。"


class MethodNotAllowed(Problem):
    status, code, title = 405, "method_not_allowed", "此地址不支持该请求方法"
    remedy = "请查阅接口文档 /api/docs。"


class Conflict(Problem):
    status, code, title = 409, "conflict", "与现有数据冲突"
    remedy = "请刷新后重试。"


class WrongState(Conflict):
    code, title = "wrong_state", "当前状态下不能这样做"
    remedy = "请刷新页面，查看这条信息现在的状态。"


class WeChatNotConnected(Conflict):
    code, title = "wechat_off", "本站没有接入微信"
    remedy = "请用用户名和密码登录；需要用微信的，请联系系统管理员。"


class WeChatAlreadyBound(Conflict):
    code, title = "wechat_already_bound", "这个微信号已经绑定了另一位工作人员"
    remedy = "请换用被邀请人自己的微信，或请管理员先解除原来的绑定。"


class WeChatSignInNeeded(Conflict):
    code, title = "wechat_sign_in_needed", "绑定须先用微信登录"
    remedy = "请在小程序里打开，用微信登录后再填写邀请码。"


class PostsHeld(Conflict):
    code, title = "posts_held", "您还担任岗位，不能抹去个人信息"
    remedy = "请先请管理员办理交接，不再担任任何岗位后再来办理。"


class ConsentNeeded(Conflict):
    code, title = "consent_needed", "还没有同意处理个人信息"
    remedy = "请本人先阅读并同意村民身份核实的说明，然后再确认。"


class StaleDigest(Conflict):
    code, title = "stale_digest", "内容已经变更"
    remedy = "您打开之后内容有改动，请重新打开并阅读新的内容后再审批。"


class NotYourStage(Conflict):
    code, title = "not_your_stage", "现在不由您这一环节办理"
    remedy = "请等前一环节办结，或查看办理历史。"


class AlreadyDecided(Conflict):
    code, title = "already_decided", "这一环节已经有人办理"
    remedy = "请刷新页面，查看是谁在什么时候办理的。"


class AttachmentPending(Conflict):
    code, title = "attachment_pending", "还有附件没有传完"
    remedy = "请等附件上传完成，或删除未完成的附件后再提交。"


class DirectUploadUnavailable(Conflict):
    code, title = "direct_upload_unavailable", "这里不能直接上传到存储"
    remedy = "请改用 multipart/form-data 的 file 字段上传文件。"


class UploadIncomplete(Conflict):
    code, title = "upload_incomplete", "文件还没有传到"
    remedy = "请按上传表单把文件传完后再试；表单过期的，请重新开始上传。"


class AlreadyExists(Conflict):
    code, title = "already_exists", "已经存在"
    remedy = "请换一个编号或名称，或修改已有的那一条。"


class TemplateRefused(Conflict):
    code, title = "template_refused", "文书模板有误"
    remedy = "请按提示改正模板，或放回原来的模板，然后重试。"


class RequestInProgress(Conflict):
    code, title = "request_in_progress", "同一请求正在处理"
    remedy = "请稍候用同一个 Idempotency-Key 重试。"


class FormAlreadySent(Conflict):
    code, title = "form_already_sent", "这张表单已经提交过"
    remedy = "先前的提交已经办妥。如要再办一次，请重新打开页面填写。"


class Gone(Problem):
    status, code, title = 410, "gone", "该信息已撤回"
    remedy = "如有疑问请联系发布单位。"


class ExportExpired(Gone):
    code, title = "export_expired", "导出的文件已经删除"
    remedy = "如仍需要，请重新导出。"


class IfMatchStale(Problem):
    status, code, title = 412, "if_match_stale", "内容已被更新"
    remedy = "请先读取最新内容（取得新的 ETag），再保存您的修改。"


class TooLarge(Problem):
    status, code, title = 413, "too_large", "内容过大"
    remedy = "请减小文件或正文后再试。"


class ExportTooLarge(TooLarge):
    code, title = "export_too_large", "数据太多，不能当场导出为 XLSX"
    remedy = "请改用 CSV，或申请后台导出，写完后下载。"


class UnsupportedMedia(Problem):
    status, code, title = 415, "unsupported_media_type", "不支持的内容类型"
    remedy = "请以 application/json 发送，上传文件用 multipart/form-data。"


class Invalid(Problem):
    status, code, title = 422, "invalid", "填写的内容有误"
    remedy = "请按各字段的提示修改后重试。"


class ChecklistIncomplete(Invalid):
    code, title = "checklist_incomplete", "审查清单未全部确认"
    remedy = "同意前须确认政治关、政策关、文字关和保密审查四项。"


class Unread(Invalid):
    code, title = "unread", "还有内容没有打开"
    remedy = "办理之前须打开正文和每个附件。请逐一打开后再办理。"


class SensitiveContent(Invalid):
    code, title = "sensitive_content", "含有不得公开的内容"
    remedy = "请按提示改正后再提交。"


class AcknowledgementRequired(Invalid):
    code, title = "acknowledgement_required", "有提示须说明理由"
    remedy = "请逐处核对，确可公开的在 acknowledge 中写明理由，否则改正后再提交。"


class SecretMark(Invalid):
    """event: what the door keeps of it, in place of everything that came with the request."""

    code, title = "secret_mark", "含有国家秘密的密级标志"
    remedy = "内容没有保存。请立即停止上传，并报告保密专干。"
    keeps_changes = True

    def __init__(self, event: Any = None, detail: str | None = None, *, errors: FieldErrors | None = None) -> None:
        self.event = event
        super().__init__(detail, errors=errors)


class TextRefused(Invalid):
    code, title = "text_refused", "文字没有通过内容安全检查"
    remedy = "没有提交，请修改用语后再提。"


class InvitationRefused(Invalid):
    code, title = "invitation_refused", "邀请码无效"
    remedy = "邀请码只能用一次且有期限，请向管理员索取新的邀请码。"
    keeps_changes = True


class WrongPassword(Invalid):
    code, title = "wrong_password", "原密码不正确"
    remedy = "请核对后重新输入；忘记密码时请管理员重新发放邀请码。"
    keeps_changes = True


class IdempotencyKeyReused(Invalid):
    code, title = "idempotency_key_reused", "Idempotency-Key 已用于另一个请求"
    remedy = "请为新的请求生成新的 Idempotency-Key。"


class ReportIncomplete(Invalid):
    code, title = "report_incomplete", "年度报告尚不完整"
    remedy = "请补齐所列项目后再定稿。"


class IfMatchMissing(Problem):
    status, code, title = 428, "if_match_missing", "缺少 If-Match"
    remedy = "请先读取这条信息，把返回的 ETag 放进 If-Match 头。"


class TooManyAttempts(Problem):
    status, code, title = 429, "too_many_attempts", "尝试次数过多"
    remedy = "请稍后再试。"
    keeps_changes = True


class TooMuchFeedback(Problem):
    status, code, title = 429, "too_much_feedback", "今天的反映已满"
    remedy = "请明天再提；急事请直接打村里或镇里的电话。"


class Unavailable(Problem):
    status, code, title = 503, "unavailable", "服务暂时繁忙"
    remedy = "请稍后重试，已填写的内容不会丢失。"


class StorageUnavailable(Unavailable):
    code, title = "storage_unavailable", "文件存储暂时不可用"
    remedy = "文字内容不受影响，请稍后再上传或下载文件。"


class WeChatUnavailable(Unavailable):
    code, title = "wechat_unavailable", "微信暂时没有答复"
    remedy = "请过一会儿再试；别的功能不受影响。"


class ScreeningUnavailable(Unavailable):
    code, title = "screening_unavailable", "筛查暂时不可用"
    remedy = "未经筛查的内容不能保存，也不能公开。请稍后再试；仍不行请联系管理员。"


class OcrUnavailable(Unavailable):
    code, title = "ocr_unavailable", "文字识别暂时不可用"
    remedy = "未经识别的图片和扫描件不能保存，请稍后再上传。"


class ScannerUnavailable(Unavailable):
    code, title = "scanner_unavailable", "病毒扫描暂时不可用"
    remedy = "未经扫描的文件不能保存，请稍后再上传。"
