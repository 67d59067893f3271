"""The forms there are, by the key under which a version of a procedure names one."""

from collections.abc import Mapping

from dossiers.form_definitions.cc01_2021 import CC01_2021
from dossiers.form_definitions.dc01 import DC01
from dossiers.form_definitions.dc02 import DC02
from dossiers.form_definitions.shape import Form

FORMS: Mapping[str, Form] = {form.key: form for form in (DC02, DC01, CC01_2021)}
