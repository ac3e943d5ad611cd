"""The WeChat platform (微信公众平台), behind one small interface; the rooms that need it know no address of it.

What they ask for is in ``client``, reached as ``extensions.wechat``. It is asked outside of transactions that write.
The platform's own calls to us come in through ``api`` and ``pushes``.

Words: an openid (a person's name towards one mini-program), a verdict (what the platform thinks of a text or a
picture), a push (a call that the platform makes), a scene (which circumstances a text stands in; for a mini-program
code, what it hands to the page that it opens).
"""
