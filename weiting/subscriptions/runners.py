"""Names who carries the letters and the feeds."""

from weiting.fanout import postmen

postmen.register("mail", "weiting.subscriptions.postmen.MailPostman")
postmen.register("websub", "weiting.subscriptions.postmen.FeedPostman")
