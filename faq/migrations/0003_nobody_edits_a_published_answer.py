"""What was published stays as it was read: only its last day may be set, and that another took its place."""

from django.db import migrations

GUARD = """
CREATE FUNCTION guard_published_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('PUBLISHED', 'REPLACED') THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE'
            OR (to_jsonb(NEW) - 'valid_to' - 'state') IS DISTINCT FROM (to_jsonb(OLD) - 'valid_to' - 'state')
            OR NEW.state NOT IN (OLD.state, 'REPLACED') THEN
        RAISE EXCEPTION 'nobody edits a published answer' USING ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = 'nobody_edits_a_published_answer';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER nobody_edits_a_published_answer BEFORE UPDATE OR DELETE ON faq_answer
    FOR EACH ROW EXECUTE FUNCTION guard_published_answers();
"""
UNGUARD = """
DROP TRIGGER nobody_edits_a_published_answer ON faq_answer;
DROP FUNCTION guard_published_answers();
"""


class Migration(migrations.Migration):
    dependencies = [("faq", "0002_questions_and_answers")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
