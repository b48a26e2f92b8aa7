"""Where channels call us."""

from django.urls import path

from weiting.channels import views

app_name = "channels"
urlpatterns = [path("<slug:public_id>/hook", views.hook, name="hook")]
