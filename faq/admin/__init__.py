from faq.admin import announcements, answers, chats, fakes, feedback, misses, office_words, questions

__all__ = ["announcements", "answers", "chats", "fakes", "feedback", "misses", "office_words", "questions"]
