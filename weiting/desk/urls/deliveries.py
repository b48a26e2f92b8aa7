"""Addresses of the board of deliveries."""

from django.urls import URLPattern, path

from weiting.desk.views import deliveries

urlpatterns: list[URLPattern] = [
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/accounts/", deliveries.accounts, name="delivery_accounts"),
    path("deliveries/text/<slug:public_id>/", deliveries.of_text, name="of_text"),
    path("deliveries/text/<slug:public_id>/choose/", deliveries.choose, name="choose"),
    path("deliveries/issue/<slug:public_id>/", deliveries.of_issue, name="of_issue"),
    path("deliveries/issue/<slug:public_id>/choose/", deliveries.choose_issue, name="choose_issue"),
    path("deliveries/<slug:public_id>/", deliveries.delivery, name="delivery"),
    path("deliveries/<slug:public_id>/act/", deliveries.act, name="delivery_act"),
]
