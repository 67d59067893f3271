from faq.admin import answers, chats, fakes

__all__ = ["answers", "chats", "fakes"]
