"""A place for a dossier only while it is accepted: the second wall behind `booking.services.visits` and
`booking.services.dossiers`.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION want_an_accepted_dossier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM dossiers_dossier WHERE id = NEW.dossier_id AND status = 'ACCEPTED' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no place for a dossier that is not accepted'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'a_place_wants_an_accepted_dossier';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER a_place_wants_an_accepted_dossier BEFORE INSERT ON booking_person
    FOR EACH ROW WHEN (NEW.dossier_id IS NOT NULL) EXECUTE FUNCTION want_an_accepted_dossier();

CREATE FUNCTION refuse_to_end_dossiers_with_a_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM booking_person person LEFT JOIN booking_appointment place ON place.person_id = person.id
        WHERE person.dossier_id = NEW.id AND person.is_live
        AND (place.id IS NULL OR place.status IN ('BOOKED', 'CONFIRMED'));
    IF FOUND THEN
        RAISE EXCEPTION 'a place is held for this dossier'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'no_place_for_an_ended_dossier';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER no_place_for_an_ended_dossier BEFORE UPDATE OF status ON dossiers_dossier
    FOR EACH ROW WHEN (NEW.status IN ('WITHDRAWN', 'REFUSED', 'STOPPED'))
    EXECUTE FUNCTION refuse_to_end_dossiers_with_a_place();
"""
UNGUARD = """
DROP TRIGGER no_place_for_an_ended_dossier ON dossiers_dossier;
DROP FUNCTION refuse_to_end_dossiers_with_a_place();
DROP TRIGGER a_place_wants_an_accepted_dossier ON booking_person;
DROP FUNCTION want_an_accepted_dossier();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0016_people_with_a_dossier"),
        ("dossiers", "0004_declarations"),
    ]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
