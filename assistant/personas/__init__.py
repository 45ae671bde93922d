"""Who seems to be answering: personas as data, applied to the wording alone.

A persona is read into the beginning of the prompt and nowhere else. It never
meets sources, scopes, tools or the check of an answer.
"""
