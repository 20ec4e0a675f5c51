"""E-mail keeps every promise, at a server that can do much and at one that can do little."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.conformance import ConnectorConformance
from tests.connectors.mail_service import MailService
from tests.fakes.dovecot import Dovecot
from tests.fakes.pymap_server import PymapServer
from tests.fakes.smtp_server import SmtpServer


class TestEmailAtDovecot(ConnectorConformance):
    @pytest.fixture
    def service(self, dovecot: Dovecot, smtp: SmtpServer) -> Iterator[MailService]:
        service = MailService(dovecot, smtp)
        yield service
        service.close()


@pytest.mark.slow
class TestEmailAtPymap(ConnectorConformance):
    @pytest.fixture
    def service(self, pymap: PymapServer, smtp: SmtpServer) -> Iterator[MailService]:
        service = MailService(pymap, smtp)
        yield service
        service.close()
