# SPDX-License-Identifier: Apache-2.0
"""Django REST and a Django page over the floor's table of people; DATABASE names the file, or `host=FOLDER dbname=NAME` on PostgreSQL."""
import os

import django
from django.conf import settings

where = dict(part.split("=", 1) for part in os.environ["DATABASE"].split()) if os.environ["DATABASE"].startswith("host=") else None
DATABASE = {
    "ENGINE": "django.db.backends.postgresql", "HOST": where["host"], "NAME": where["dbname"], "USER": "thanglong", "CONN_MAX_AGE": 600,
} if where else {
    "ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE"], "CONN_MAX_AGE": 600,
    "OPTIONS": {"timeout": 30, "init_command": "pragma journal_mode=wal;pragma synchronous=full"}}
settings.configure(
    DEBUG=False, SECRET_KEY="only for the benchmark", ROOT_URLCONF="django_people", ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["rest_framework"], DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware"],
    DATABASES={"default": DATABASE},
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [], "UNAUTHENTICATED_USER": None,
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]},
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [os.path.dirname(__file__)]}])
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402  (models need the settings first)
from django.db import models  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import generics, serializers  # noqa: E402


class Person(models.Model):
    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=80)
    fold = models.CharField(max_length=80, default="x")
    birth = models.CharField(max_length=10)
    sex = models.CharField(max_length=1)
    hh = models.IntegerField()
    ward = models.IntegerField()
    addr = models.CharField(max_length=200)

    class Meta:
        app_label = "people"
        db_table = "people"


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = "id name birth sex hh ward addr".split()
        extra_kwargs = {"id": {"validators": []}}


class FindPerson(generics.RetrieveAPIView):
    queryset = Person.objects.all()
    serializer_class = PersonSerializer


class WritePerson(generics.CreateAPIView):
    queryset = Person.objects.all()
    serializer_class = PersonSerializer


class SearchPeople(generics.ListAPIView):
    serializer_class = PersonSerializer

    def get_queryset(self):
        sql = "select p.* from fts f join people p on p.id=f.rowid where fts match %s limit 20"
        return Person.objects.raw(sql, [f'"{self.request.GET["q"]}"'])


def page(request, pk):
    return render(request, "page.html", {"person": Person.objects.get(pk=pk), "items": list(range(40))})


urlpatterns = [
    path("people/<int:pk>", FindPerson.as_view()),
    path("people", WritePerson.as_view()),
    path("search", SearchPeople.as_view()),
    path("page/<int:pk>", page),
]
application = get_wsgi_application()
