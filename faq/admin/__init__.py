from faq.admin import answers, chats

__all__ = ["answers", "chats"]
