from django.urls import path

from evgmp.people import adoption_views, views
from evgmp.web.command_view import command_paths

app_name = "people"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("password/", views.ChangePassword.as_view(), name="change_password"),
    path("", views.People.as_view(), name="people"),
    *command_paths(
        views.AddPerson, views.GrantRole, views.WithdrawRole, views.RetirePerson, views.UnlockAccount,
        views.ResetPassword, views.RecordTraining, adoption_views.AdoptRelease,
    ),
    path("in-force/", adoption_views.WhatIsInForce.as_view(), name="in_force"),
    path("adoption/<str:key>/", adoption_views.AdoptionPage.as_view(), name="adoption"),
    path("person/<str:key>/", views.PersonDetail.as_view(), name="person"),
]  # fmt: skip
