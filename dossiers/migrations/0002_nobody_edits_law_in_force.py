"""What the law said is not changed afterwards: neither a version whose first day has come, nor a line of it.

Its last day may still be set, to today or later, when the next version is added. While the data files of the
house are loaded (`services.versions.loading`), new rows of the past pass, and new last days; edits never do.
"""

from django.db import migrations

LINES = ("reason", "place", "paper", "fee", "exemption", "cardterm")

GUARD = """
CREATE FUNCTION today_in_vietnam() RETURNS date LANGUAGE sql STABLE AS
    $$ SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date $$;

CREATE FUNCTION law_is_being_loaded() RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT coalesce(current_setting('portal.loading_law', true), '') = 'on' $$;

CREATE FUNCTION refuse_to_edit_law_in_force() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'nobody edits a version in force' USING ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = 'nobody_edits_a_version_in_force';
END
$$;

CREATE FUNCTION guard_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.valid_from <= today_in_vietnam() THEN
        IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'valid_to') IS DISTINCT FROM (to_jsonb(OLD) - 'valid_to') THEN
            PERFORM refuse_to_edit_law_in_force();
        END IF;
        IF NEW.valid_to IS DISTINCT FROM OLD.valid_to AND NOT law_is_being_loaded()
                AND (NEW.valid_to < today_in_vietnam() OR OLD.valid_to < today_in_vietnam()) THEN
            PERFORM refuse_to_edit_law_in_force();
        END IF;
    ELSIF TG_OP <> 'DELETE' AND NEW.valid_from <= today_in_vietnam() AND NOT law_is_being_loaded() THEN
        PERFORM refuse_to_edit_law_in_force();
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION guard_lines_of_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND EXISTS (SELECT FROM dossiers_version
            WHERE id = OLD.version_id AND valid_from <= today_in_vietnam()) THEN
        PERFORM refuse_to_edit_law_in_force();
    END IF;
    IF TG_OP <> 'DELETE' AND NOT (TG_OP = 'INSERT' AND law_is_being_loaded())
            AND EXISTS (SELECT FROM dossiers_version
            WHERE id = NEW.version_id AND valid_from <= today_in_vietnam()) THEN
        PERFORM refuse_to_edit_law_in_force();
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER nobody_edits_a_version_in_force BEFORE INSERT OR UPDATE OR DELETE ON dossiers_version
    FOR EACH ROW EXECUTE FUNCTION guard_versions();
""" + "".join(
    f"""
CREATE TRIGGER nobody_edits_a_version_in_force BEFORE INSERT OR UPDATE OR DELETE ON dossiers_{line}
    FOR EACH ROW EXECUTE FUNCTION guard_lines_of_versions();
"""
    for line in LINES
)
UNGUARD = "".join(
    f"DROP TRIGGER nobody_edits_a_version_in_force ON dossiers_{table};\n" for table in ("version", *LINES)
) + """
DROP FUNCTION guard_lines_of_versions();
DROP FUNCTION guard_versions();
DROP FUNCTION refuse_to_edit_law_in_force();
DROP FUNCTION law_is_being_loaded();
DROP FUNCTION today_in_vietnam();
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_versions_of_regulations")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
