"""People, the posts (岗位) they hold, and how they sign in.

A post outlives the person in it: an appointment says who held it from when until when, a stand-in (代办) holds
it for somebody else up to a compulsory end, a handover (交接) passes it on with all that waits there. Times are
half open: who is appointed until noon has no power at noon. Nobody is deleted.

A WeChat account (微信绑定) speaks for one person at a time. Who is known to WeChat alone is a resident (居民) without
posts; an invitation (邀请) lets the account speak for the invited person instead.
"""
