"""An entry of the audit log is never changed, and deleted only when it is two years old.

Truncating the table is not refused here: that takes the owner of the database, who could drop the trigger too.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION refuse_to_edit_the_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '731 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'nobody edits the audit log' USING ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = 'nobody_edits_the_audit_log';
END
$$;
CREATE TRIGGER nobody_edits_the_audit_log BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION refuse_to_edit_the_audit_log();
"""
UNGUARD = """
DROP TRIGGER nobody_edits_the_audit_log ON accounts_auditentry;
DROP FUNCTION refuse_to_edit_the_audit_log();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_officers_are_posted")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
