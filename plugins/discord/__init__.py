"""Discord: people on servers, in threads and in direct messages.

What people see is drawn here; what the assistant answers, remembers and may tell is
decided in `assistant`. Nothing is sent except through `sending`, and nobody is
listened to except through `gate`.
"""
