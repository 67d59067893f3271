from django.contrib import admin

from zalo.models import OaToken


class TestOaTokenAdmin:
    def test_shows_the_tokens_to_nobody(self):
        page = admin.site.get_model_admin(OaToken)

        assert not {"access_token", "refresh_token"} & {*page.fields, *page.list_display, *page.search_fields}
