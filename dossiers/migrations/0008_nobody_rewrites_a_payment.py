"""A payment is cancelled once, and never changed otherwise nor deleted."""

from django.db import migrations

GUARD = """
CREATE FUNCTION guard_payments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.cancelled_at IS NULL
            AND (to_jsonb(NEW) - ARRAY['cancelled_at', 'cancelled_by_id', 'cancel_reason'])
              = (to_jsonb(OLD) - ARRAY['cancelled_at', 'cancelled_by_id', 'cancel_reason']) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'nobody rewrites a payment'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'nobody_rewrites_a_payment';
END
$$;

CREATE TRIGGER nobody_rewrites_a_payment BEFORE UPDATE OR DELETE ON dossiers_payment
    FOR EACH ROW EXECUTE FUNCTION guard_payments();
"""
UNGUARD = """
DROP TRIGGER nobody_rewrites_a_payment ON dossiers_payment;
DROP FUNCTION guard_payments();
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0007_what_follows_an_approval")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
