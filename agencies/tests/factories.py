from datetime import date

import factory

from agencies.models import Agency, CalendarDay


class AgencyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Agency

    class Params:
        office_assigns = factory.Trait(
            allocation=Agency.Allocation.OFFICE_ASSIGNS, numbering=Agency.Numbering.EVENING_BEFORE
        )
        evening_numbers = factory.Trait(numbering=Agency.Numbering.EVENING_BEFORE)
        of_2021 = factory.Trait(law_date=date(2021, 4, 20))

    slug = factory.Sequence(lambda n: f"cong-an-phuong-{n}")
    name = factory.Sequence(lambda n: f"Công an phường {n}")
    code_prefix = "CP"
    level = Agency.Level.COMMUNE
    oa_id = factory.Sequence(lambda n: str(3674338702778440000 + n))
    hotline = "02353851234"


class CalendarDayFactory(factory.django.DjangoModelFactory):
    """A day off of the whole country, written by an officer."""

    class Meta:
        model = CalendarDay

    note = "Nghỉ Quốc khánh"
