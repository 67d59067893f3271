"""No path to a status that the table does not allow, and no event rewritten.

The steps are those of `dossiers.states.ALLOWED` as this migration found them; a test compares the two.
"""

from django.db import migrations

STEPS = """
    ('DRAFT', 'SUBMITTED'), ('DRAFT', 'WITHDRAWN'),
    ('SUBMITTED', 'CHECKING'), ('SUBMITTED', 'WITHDRAWN'), ('SUBMITTED', 'STOPPED'),
    ('CHECKING', 'SUBMITTED'), ('CHECKING', 'NEEDS_CORRECTION'), ('CHECKING', 'ACCEPTED'),
    ('CHECKING', 'REFUSED'), ('CHECKING', 'WITHDRAWN'), ('CHECKING', 'STOPPED'),
    ('NEEDS_CORRECTION', 'SUBMITTED'), ('NEEDS_CORRECTION', 'WITHDRAWN'), ('NEEDS_CORRECTION', 'STOPPED'),
    ('ACCEPTED', 'TAKEN_IN'), ('ACCEPTED', 'NEEDS_CORRECTION'), ('ACCEPTED', 'REFUSED'),
    ('ACCEPTED', 'WITHDRAWN'), ('ACCEPTED', 'STOPPED'),
    ('TAKEN_IN', 'READY'), ('TAKEN_IN', 'STOPPED'),
    ('READY', 'HANDED_OVER'), ('READY', 'TAKEN_IN')
"""
GUARD = f"""
CREATE FUNCTION guard_steps_of_dossiers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN ({STEPS}) THEN
        RAISE EXCEPTION 'a dossier does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'a_dossier_goes_step_by_step';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER a_dossier_goes_step_by_step BEFORE UPDATE OF status ON dossiers_dossier
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION guard_steps_of_dossiers();

CREATE FUNCTION refuse_to_rewrite_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'nobody rewrites what happened to a dossier'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'nobody_rewrites_an_event';
END
$$;

CREATE TRIGGER nobody_rewrites_an_event BEFORE UPDATE ON dossiers_dossierevent
    FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_events();
"""
UNGUARD = """
DROP TRIGGER nobody_rewrites_an_event ON dossiers_dossierevent;
DROP FUNCTION refuse_to_rewrite_events();
DROP TRIGGER a_dossier_goes_step_by_step ON dossiers_dossier;
DROP FUNCTION guard_steps_of_dossiers();
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_declarations")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
