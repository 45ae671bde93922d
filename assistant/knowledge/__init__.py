"""The library: documents cut into passages, found again, and cited.

Reading files is the business of `assistant.media`; SQL stays in `assistant.storage`.
"""
