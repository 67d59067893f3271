from faq.admin import answers, chats, fakes, feedback, misses, office_words, questions

__all__ = ["answers", "chats", "fakes", "feedback", "misses", "office_words", "questions"]
