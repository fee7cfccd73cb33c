from django.urls import path

from gatehouse.identity.views import first_run, me, sessions, sign_in

app_name = "identity"
urlpatterns = [
    path("sign-in", sign_in.ask, name="sign_in"),
    path("sign-in/code", sign_in.code, name="code"),
    path("sign-in/again", sign_in.send_again, name="send_again"),
    path("sign-in/link/<str:text>", sign_in.link, name="link"),
    path("sign-in/password", sign_in.password, name="password"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("first-run", first_run.found, name="first_run"),
    path("me", me.details, name="me"),
    path("me/data", me.data, name="data"),
    path("me/address", me.address, name="address"),
    path("me/address/code", me.address_code, name="address_code"),
    path("me/password", me.password, name="own_password"),
    path("me/password/remove", me.remove_password, name="remove_password"),
    path("me/sessions", sessions.own, name="sessions"),
    path("me/sessions/end-others", sessions.end_others, name="end_others"),
    path("me/sessions/<uuid:session_id>/end", sessions.end_one, name="end_session"),
    path("manage/people/<uuid:person_id>/sessions", sessions.of_person, name="sessions_of"),
    path("manage/people/<uuid:person_id>/sessions/end", sessions.end_all, name="end_sessions_of"),
]
