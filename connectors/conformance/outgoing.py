"""What goes out: one key is one reply, and it is known what became of it."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest

from connectors.conformance.incoming import TEXTS, without_edges
from connectors.conformance.service import Arrived, Service, reply_to
from connectors.contract import Rejected, Temporary, Unsure
from connectors.values import Direction, Party


class _Interrupted(BaseException):
    """The plug was pulled."""


class OutgoingConformance:
    """The promises of `send`, `look` and `settle`."""

    def test_a_reply_reaches_the_buyer_once(self, service: Service) -> None:
        """The main job."""
        service.deliver("Question", "Hello?")
        connector = service.connect()
        message = service.pulled(connector).only
        reply = reply_to(service, message)
        connector.send(reply)
        connector.settle(reply)
        connector.close()

        assert service.arrived() == [
            Arrived((service.buyer.address,), "Re: Question", "It is on its way.")
        ]

    @pytest.mark.parametrize("which", TEXTS)
    def test_a_replys_text_arrives_whole(self, service: Service, which: str) -> None:
        """What the seller wrote is what the buyer reads."""
        connector = service.connect()
        text = TEXTS[which][: connector.capabilities.max_reply_chars]
        connector.send(reply_to(service, text=text))
        connector.close()

        (arrived,) = service.arrived()
        assert without_edges(arrived.text) == without_edges(text)

    def test_everybody_who_is_named_gets_it_and_a_blind_copy_is_not_told(
        self, service: Service
    ) -> None:
        """Reply all must reach all; and whom the seller copied in secret stays unknown."""
        connector = service.connect()
        if not connector.capabilities.addressed:
            connector.close()
            service.without("addresses that the seller chooses")
        boss, books = Party("", "boss@copies.example"), Party("", "books@copies.example")
        before = service.pulled(connector)
        reply = replace(reply_to(service), cc=(boss,), bcc=(books,))
        connector.send(reply)
        connector.settle(reply)
        after = service.pulled(connector, before.checkpoint)
        connector.close()

        (arrived,) = service.arrived()
        assert arrived.recipients == (service.buyer.address, boss.address, books.address)
        assert [each.address for each in after.only.recipients] == [
            service.buyer.address,
            boss.address,
        ]

    def test_a_text_arrives_whole_in_short_lines_and_beside_a_page(self, service: Service) -> None:
        """Lines that are joined again, and a second form: what is read is what was written."""
        connector = service.connect()
        if not connector.capabilities.addressed:
            connector.close()
            service.without("a form that could be chosen")
        text = "\n\n".join(TEXTS.values())
        before = service.pulled(connector)
        reply = replace(reply_to(service, text=text), flowed=True, html=True)
        connector.send(reply)
        connector.settle(reply)
        after = service.pulled(connector, before.checkpoint)
        connector.close()

        assert without_edges(after.only.text) == without_edges(text)

    def test_a_sent_reply_comes_back_once_and_as_ours(self, service: Service) -> None:
        """Else the store would have it twice, or take it for the buyer's."""
        service.deliver("Question", "Hello?")
        connector = service.connect()
        before = service.pulled(connector)
        reply = reply_to(service, before.only)
        receipt = connector.send(reply)
        connector.settle(reply)
        after = service.pulled(connector, before.checkpoint)
        again = service.pulled(connector, after.checkpoint)
        connector.close()

        message = after.only
        assert message.direction is Direction.OUT
        assert message.remote_id == receipt.remote_id
        assert message.key in {reply.key, None}  # most services carry no key of ours
        assert again.messages == []

    def test_settling_again_changes_nothing(self, service: Service) -> None:
        """A kill between saving and noting that it was saved must not make two copies."""
        service.deliver("Question", "Hello?")
        connector = service.connect()
        before = service.pulled(connector)
        reply = reply_to(service, before.only)
        connector.send(reply)
        connector.settle(reply)
        connector.close()
        restarted = service.connect()
        restarted.settle(reply)
        restarted.settle(reply)
        after = service.pulled(restarted, before.checkpoint)
        restarted.close()

        assert after.subjects == ["Re: Question"]
        assert len(service.arrived()) == 1

    def test_a_reply_in_each_form_it_offers_reaches_the_buyer_once(self, service: Service) -> None:
        """What is no plain answer is sent, found again and known as ours like one."""
        service.deliver("Question", "Hello?")
        connector = service.connect()
        before = service.pulled(connector)
        kind = before.only.kind
        able = connector.capabilities.forms
        forms = [each.name for each in able if not each.about or kind in each.about]
        if not forms:
            connector.close()
            service.without("forms beside the plain answer")
        receipts = []
        for form in forms:
            reply = replace(reply_to(service, before.only, f"As {form}."), form=form)
            receipts.append(connector.send(reply).remote_id)
            connector.settle(reply)
            looked = connector.look(reply)
            assert looked is not None
            assert looked.remote_id == receipts[-1]
        after = service.pulled(connector, before.checkpoint)
        connector.close()

        assert [each.text for each in service.arrived()] == [f"As {form}." for form in forms]
        assert {each.remote_id for each in after.messages} == set(receipts)
        assert {each.direction for each in after.messages} == {Direction.OUT}

    def test_a_form_it_does_not_offer_is_refused_before_anything_leaves(
        self, service: Service
    ) -> None:
        """Sent as a plain answer it would stop a clock that is to run on."""
        connector = service.connect()
        if not connector.capabilities.forms:
            connector.close()
            service.without("forms beside the plain answer")
        with pytest.raises(Rejected):
            connector.send(replace(reply_to(service), form="nobody knows"))
        connector.close()

        assert service.arrived() == []

    def test_what_is_sent_can_be_found_after_a_restart(self, service: Service) -> None:
        """Interrupted before the answer was noted, we look before we send again."""
        connector = service.connect()
        reply = reply_to(service)
        receipt = connector.send(reply)
        connector.settle(reply)
        connector.close()
        restarted = service.connect()
        found = restarted.look(reply)
        restarted.close()

        assert found is not None
        assert found.remote_id == receipt.remote_id

    def test_what_was_never_sent_is_not_found(self, service: Service) -> None:
        """Either it surely did not happen, or the seller is asked; never a false receipt."""
        connector = service.connect()
        try:
            found = connector.look(reply_to(service))
        except Unsure:
            found = None
        connector.close()

        assert found is None

    def test_nothing_has_left_before_we_are_told_that_it_leaves(self, service: Service) -> None:
        """An interruption up to there has certainly sent nothing, so it may be sent again."""
        seen: list[int] = []
        connector = service.connect()
        connector.send(reply_to(service), leaving=lambda: seen.append(len(service.arrived())))
        connector.close()

        assert seen == [0]

    def test_an_interruption_while_leaving_sends_nothing(self, service: Service) -> None:
        """The plug pulled at the last moment."""

        def pull_the_plug() -> None:
            raise _Interrupted

        connector = service.connect()
        reply = reply_to(service)
        with pytest.raises(_Interrupted):
            connector.send(reply, leaving=pull_the_plug)
        connector.close()
        assert service.arrived() == []
        restarted = service.connect()
        restarted.send(reply)
        restarted.close()

        assert len(service.arrived()) == 1

    def test_the_same_key_is_one_reply_where_that_is_offered(self, service: Service) -> None:
        """Then no question is left open after an interruption."""
        connector = service.connect()
        if not connector.capabilities.idempotent_send:
            connector.close()
            service.without("sending that may be repeated")
        reply = reply_to(service)
        receipts = [connector.send(reply), connector.send(reply)]
        connector.close()

        assert receipts[0].remote_id == receipts[1].remote_id
        assert len(service.arrived()) == 1

    def test_a_reply_that_is_too_long_is_rejected_before_it_is_sent(self, service: Service) -> None:
        """Half a reply, or a refusal after the seller has left, helps nobody."""
        service.deliver("Question", "Hello?")
        connector = service.connect()
        able, asked = connector.capabilities, service.pulled(connector).only
        limit = dict(able.chars_of_kind).get(asked.kind, able.max_reply_chars)
        if limit is None:
            connector.close()
            service.without("limit of a reply's length")
        left: list[bool] = []
        reply = reply_to(service, asked, "x" * (limit + 1))
        with pytest.raises(Rejected):
            connector.send(reply, lambda: left.append(True))
        connector.close()

        assert (left, service.arrived()) == ([], [])

    def test_a_refused_reply_is_rejected_and_the_account_is_fine(self, service: Service) -> None:
        """One bad address must not stop the other buyers' answers."""
        service.refuse_replies()
        service.deliver("Question", "Hello?")
        connector = service.connect()
        with pytest.raises(Rejected) as refused:
            connector.send(reply_to(service))
        pulled = service.pulled(connector)
        connector.close()

        assert str(refused.value).endswith(".")
        assert pulled.subjects == ["Question"]
        assert service.arrived() == []

    def test_silence_after_it_left_is_unsure_and_never_taken_for_no(self, service: Service) -> None:
        """It arrived, and nobody said so: sending again would be the second time."""
        service.take_silently()
        connector = service.connect()
        reply = reply_to(service)
        with pytest.raises(Unsure):
            connector.send(reply)
        denied = False
        with contextlib.suppress(Unsure):  # then the seller is asked
            denied = connector.look(reply) is None
        connector.close()

        assert len(service.arrived()) == 1
        assert not denied

    def test_a_service_that_is_away_is_temporary_and_nothing_left(self, service: Service) -> None:
        """Offline is no reason to ask the seller anything."""
        service.go_away()
        left: list[bool] = []
        connector = service.connect()
        with pytest.raises(Temporary):
            connector.send(reply_to(service), lambda: left.append(True))
        service.come_back()
        connector.send(reply_to(service))
        connector.close()

        assert left == []
        assert len(service.arrived()) == 1

    def test_a_reply_cannot_add_headers_of_its_own(self, service: Service) -> None:
        """A subject copied from a stranger must not smuggle in a recipient."""
        connector = service.connect()
        reply = reply_to(service)
        connector.send(replace(reply, subject="Re: x\r\nBcc: spy@evil.example\r\n\r\nBuy!"))
        connector.close()

        (arrived,) = service.arrived()
        assert arrived.recipients == (service.buyer.address,)
        assert without_edges(arrived.text) == "It is on its way."
