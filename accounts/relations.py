"""Who somebody is to the holder of an account."""

from django.db import models


class Relation(models.TextChoices):
    SELF = "SELF", "bản thân"
    FATHER = "FATHER", "cha"
    MOTHER = "MOTHER", "mẹ"
    SPOUSE = "SPOUSE", "vợ hoặc chồng"
    CHILD = "CHILD", "con"
    SIBLING = "SIBLING", "anh, chị, em"
    GRANDPARENT = "GRANDPARENT", "ông bà"
    WARD = "WARD", "người được giám hộ"
    OTHER = "OTHER", "người khác"
