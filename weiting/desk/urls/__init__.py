"""Every address of the desk, by part of the rail."""

from weiting.desk.urls.channels import urlpatterns as channels
from weiting.desk.urls.deliveries import urlpatterns as deliveries
from weiting.desk.urls.fediverse import urlpatterns as fediverse
from weiting.desk.urls.manage import urlpatterns as manage
from weiting.desk.urls.relay import urlpatterns as relay
from weiting.desk.urls.write import urlpatterns as write

app_name = "desk"
urlpatterns = [*manage, *write, *deliveries, *fediverse, *channels, *relay]
