"""What a screening found, and what people made of it.

``screening`` finds; here it has an effect. A *finding* of severity ``block`` stops submission and publication until
the passage is gone or the secrecy officer has overruled it (推翻); one of severity ``warn`` needs somebody's
acknowledgement (确认) with a reason. A mark of a state secret (密级) is never stored at all: it leaves an *incident*
(泄密隐患事件). A township adds *words* (词语) to the rules; when the rules change, what is public is screened again.
"""
