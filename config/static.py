"""Names static files by their content, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Content names also for what ES modules import from one another."""

    support_js_module_import_aggregation = True
