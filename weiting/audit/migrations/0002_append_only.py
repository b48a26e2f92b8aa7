"""Triggers that make both tables append-only for everybody, the owner too, and keep the chain one line."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              HINT = 'Nothing recorded is ever changed or removed. Record a new act that corrects it.';
END $$;

-- Per statement, so that it also fires when no row matches; ALWAYS, so that no replication role slips by.
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_append_only;
ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_head_append_only;
"""

LINEAR = """
CREATE FUNCTION audit_linear() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint;
BEGIN
    SELECT added.seq INTO broken
    FROM added LEFT JOIN audit_entry before ON before.seq = added.seq - 1
    WHERE CASE WHEN added.seq = 1
        THEN added.prev_sm3 <> decode(repeat('00', 32), 'hex')
            OR added.prev_sha256 <> decode(repeat('00', 32), 'hex')
        ELSE before.seq IS NULL OR before.sm3 <> added.prev_sm3 OR before.sha256 <> added.prev_sha256
        END
    ORDER BY added.seq LIMIT 1;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'Entry % does not continue the audit chain.', broken
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER audit_entry_linear AFTER INSERT ON audit_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION audit_linear();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_linear;
"""

UNDO = """
DROP TRIGGER audit_entry_linear ON audit_entry;
DROP TRIGGER audit_entry_append_only ON audit_entry;
DROP TRIGGER audit_head_append_only ON audit_head;
DROP FUNCTION audit_linear();
DROP FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE + LINEAR, UNDO)]
