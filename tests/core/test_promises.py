"""A reply that says "attached" and carries nothing is a second mail and a lost afternoon."""

from __future__ import annotations

import pytest

from inbox.core.promises import promised_file


@pytest.mark.parametrize(
    "text",
    [
        "Please find the invoice attached.",
        "Enclosed is the label.",
        "Die Rechnung finden Sie im Anhang.",
        "Anbei das Etikett.",
        "Vous trouverez la facture ci-jointe.",
        "Le bon est en pièce jointe.",
        "Le envío la factura adjunta.",
        "La fattura è in allegato.",
        "A fatura segue em anexo.",
        "De factuur is bijgevoegd.",
        "Faktura jest w załączniku.",
        "Factura este atașată.",
        "Счёт во вложении.",
        "Дивіться вкладення.",
        "Fakturu přikládám.",
        "Fakturan bifogas.",
        "Fakturaen er vedhæftet.",
        "Fakturaen er vedlagt.",
        "Lasku on liitteenä.",
        "Επισυνάπτω το τιμολόγιο.",
        "Fatura ektedir, dosya ekte.",
        "請求書を添付します。",
        "发票见附件。",
        "영수증을 첨부합니다.",
    ],
)
def test_the_promise_of_a_file_is_noticed_in_the_languages_of_our_sellers(text: str) -> None:
    """In whatever language it is made."""
    assert promised_file(text)


@pytest.mark.parametrize(
    "text",
    [
        "Your parcel is on its way.",
        "Ihr Paket ist unterwegs.",
        "Merci, à bientôt.",
        "> see the attached photo\nThe lamp will be replaced.",
        "",
    ],
)
def test_ordinary_words_and_quoted_ones_promise_nothing(text: str) -> None:
    """A warning at every answer would be read by nobody."""
    assert promised_file(text) == ""
