"""Joint texts that search knows already are found under every unit that signed them."""

from django.db import migrations

MARK = """
UPDATE posts_searchentry AS entry
   SET document = entry.document || (
         SELECT string_agg(format('''@u%s''', signer), ' ') FROM unnest(post.signers) AS signer
       )::tsvector
  FROM posts_post AS post
 WHERE post.id = entry.post_id AND post.signers <> '{}'
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0008_signed_together")]

    operations = [migrations.RunSQL(MARK, migrations.RunSQL.noop, elidable=True)]
