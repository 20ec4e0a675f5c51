"""The words that mail programs put around old words and signatures, by language. Data only.

A word is here because a program writes it, never because a person might.
"""

# ruff: noqa: RUF001 - words and marks of other alphabets are what this file holds
from __future__ import annotations

STARTERS = (
    *("on", "in a message dated", "am", "le", "el", "en", "il", "il giorno", "em", "no dia"),
    *("op", "den", "dne", "dnia", "w dniu", "pe", "pe data de", "în", "în data de", "la", "a las"),
    *("ti", "på", "às", "στις", "την", "в", "во", "на", "在", "于", "於", "vào", "ngày"),
)
"""What an attribution begins with: "On Friday ..."."""

WEEKDAYS = (
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    *("mo", "di", "mi", "do", "fr", "sa", "so"),
    *("lun", "mar", "mer", "mié", "jeu", "jue", "gio", "ven", "vie", "sam", "sáb", "sab", "dim"),
    *("dom", "pon", "wt", "śr", "czw", "pt", "pi", "sob", "niedz", "joi", "vin", "sâm", "dum"),
    *("po", "út", "st", "čt", "pá", "ne", "ma", "ke", "to", "pe", "la", "su"),
    *("man", "tir", "ons", "tor", "tors", "fre", "lør", "søn", "mån", "tis", "lör", "sön"),
    *("пн", "вт", "ср", "чт", "пт", "сб", "вс", "нд", "пон", "втор", "сред", "четв", "пятн"),
    *("субб", "воскр", "paz", "pzt", "sal", "çar", "per", "cum", "cmt"),
)

WRITERS = frozenset(
    {
        *("wrote", "writes", "schrieb", "schrieben", "geschrieben", "écrit", "escribió"),
        *("escreveu", "scritto", "napisał", "napisała", "pisze", "napisana", "scris", "scrie"),
        *("schreef", "geschreven", "skrev", "kirjoitti", "napsal", "napsala", "napísal"),
        *("napísala", "írta", "yazdı", "έγραψε", "viết", "написал", "написала", "пишет"),
        *("писал", "написав", "пише"),
    }
)
"""What an attribution says of the writer: "... wrote:"."""
PERSONAL = frozenset(
    {
        *("my", "your", "our", "me", "mein", "meine", "mir", "mich", "euer", "dein", "deine"),
        *("unser", "unsere", "mon", "ma", "votre", "vos", "notre", "m", "mi", "su", "nuestro"),
        *("vuestro", "meu", "minha", "seu", "sua", "mio", "mia", "vostro", "suo", "mój", "moja"),
        *("wasz", "pański", "mnie", "mea", "vostru", "dumneavoastră", "mijn", "uw", "jullie"),
        *("min", "er", "era", "jeres", "deres", "vår", "din", "mitt", "můj", "moje", "váš", "vaše"),
        *("мне", "мой", "моя", "ваш", "ваша", "вам", "мені", "мій", "μου", "σας"),
    }
)
"""What people put into "your driver wrote:", in the letters they use within a sentence."""
WRITERS_WITHOUT_BLANKS = (
    *(
        "写道",
        "寫道",
        "写到",
        "写了",
        "さんは書きました",
        "のメッセージ",
        "のメール",
        "작성",
        "쓴 글",
    ),
    *("님이 씀", "כתב", "كتب"),
)

ORIGINALS = (
    *("original message", "original email", "ursprüngliche nachricht", "originalnachricht"),
    *("original-nachricht", "original nachricht", "message d'origine", "message d’origine"),
    *("message original", "mensaje original", "mensagem original", "messaggio originale"),
    *("wiadomość oryginalna", "oryginalna wiadomość", "mesaj original", "mesajul original"),
    *("oorspronkelijk bericht", "ursprungligt meddelande", "opprinnelig melding"),
    *("original meddelelse", "oprindelig meddelelse", "alkuperäinen viesti", "původní zpráva"),
    *("původní e-mail", "pôvodná správa", "eredeti üzenet", "orijinal mesaj", "özgün ileti"),
    *("αρχικό μήνυμα", "исходное сообщение", "оригинальное сообщение", "оригінальне повідомлення"),
    *("початкове повідомлення", "原始邮件", "原始郵件", "原邮件", "回复的原邮件", "回覆的原郵件"),
    *("元のメッセージ", "원본 메시지", "원본 메일"),
)
"""What stands between dashes above a quoted mail."""

FORWARDED = (
    *("forwarded message", "begin forwarded message", "weitergeleitete nachricht"),
    *("anfang der weitergeleiteten nachricht", "message transféré", "début du message transféré"),
    *("début du message réexpédié", "message réexpédié", "mensaje reenviado"),
    *("inicio del mensaje reenviado", "mensagem encaminhada", "mensagem reencaminhada"),
    *("início da mensagem encaminhada", "início da mensagem reencaminhada"),
    *("messaggio inoltrato", "inizio messaggio inoltrato", "wiadomość przekazana"),
    *("przekazana wiadomość", "treść przekazanej wiadomości", "początek przekazanej wiadomości"),
    *("mesaj redirecționat", "mesaj redirectionat", "mesaj înaintat", "doorgestuurd bericht"),
    *("begin doorgestuurd bericht", "vidarebefordrat meddelande", "vidarebefordrat brev"),
    *("videresendt meddelelse", "videresendt melding", "välitetty viesti"),
    *("přeposlaná zpráva", "přeposlaný e-mail", "začátek přeposílané zprávy", "preposlaná správa"),
    *("továbbított üzenet", "iletilmiş mesaj", "iletilen mesaj", "iletilen ileti"),
    *("προωθημένο μήνυμα", "пересылаемое сообщение", "переадресованное сообщение"),
    *("перенаправленное сообщение", "начало переадресованного сообщения"),
    *("переслане повідомлення", "перенаправлене повідомлення", "пересланное сообщение"),
    *("转发的邮件", "转发邮件", "轉寄郵件", "轉寄的郵件", "転送メッセージ"),
    *("転送されたメッセージ", "전달된 메시지", "전달된 메일"),
)
"""What stands above a mail that was passed on."""

FORWARD_SUBJECTS = (
    *("fw", "fwd", "wg", "tr", "rv", "i", "enc", "pd", "vb", "vl", "doorst", "fs", "videresend"),
    *("ilt", "i̇lt", "továbbítás", "προ", "пересл", "转发", "轉寄", "転送", "전달"),
)
"""What mail programs set before the subject of a mail that is passed on."""

FROM, DATE, TO, SUBJECT, OTHER = range(5)

LABELS: dict[str, int] = {
    **dict.fromkeys(
        (
            *("from", "von", "de", "de la", "expéditeur", "da", "od", "fra", "från", "van"),
            *("lähettäjä", "feladó", "kimden", "gönderen", "από", "от", "від", "发件人"),
            *("寄件者", "差出人", "보낸 사람", "보낸사람"),
        ),
        FROM,
    ),
    **dict.fromkeys(
        (
            *("sent", "date", "gesendet", "datum", "envoyé", "envoyé le", "enviado", "enviada"),
            *("enviado el", "enviado em", "enviada em", "fecha", "inviato", "data", "wysłano"),
            *("wysłane", "trimis", "skickat", "sendt", "verzonden", "lähetetty", "päivämäärä"),
            *("odesláno", "odoslané", "dato", "elküldve", "dátum", "gönderme tarihi"),
            *("gönderildi", "tarih", "στάλθηκε", "ημερομηνία", "отправлено", "дата", "надіслано"),
            *("发送时间", "发送日期", "日期", "寄件日期", "傳送時間", "送信日時", "日時", "日付"),
            *("보낸 날짜", "보낸날짜", "날짜"),
        ),
        DATE,
    ),
    **dict.fromkeys(
        (
            *("to", "an", "à", "para", "a", "do", "către", "catre", "aan", "till", "til", "komu"),
            *("vastaanottaja", "címzett", "kime", "alıcı", "προς", "кому", "收件人", "收件者"),
            *("宛先", "받는 사람", "받는사람"),
        ),
        TO,
    ),
    **dict.fromkeys(
        (
            *("subject", "betreff", "objet", "asunto", "assunto", "oggetto", "ogg", "temat"),
            *("subiect", "onderwerp", "ämne", "emne", "aihe", "předmět", "predmet", "tárgy"),
            *("konu", "θέμα", "тема", "主题", "主旨", "件名", "제목"),
        ),
        SUBJECT,
    ),
    **dict.fromkeys(
        (
            *(
                "cc",
                "kopie",
                "copie",
                "copie à",
                "kopia",
                "kopi",
                "kopio",
                "копия",
                "копія",
                "抄送",
            ),
            *("importance", "wichtigkeit", "priorität", "reply-to", "antwort an", "attachments"),
            *("anlagen", "副本", "참조", "bcc", "organisation", "organization"),
        ),
        OTHER,
    ),
}
"""The fields of a quoted mail's header, in lower case."""

DEVICES = (
    *(
        "iphone",
        "iphonu",
        "ipad",
        "ipadu",
        "ipod",
        "apple watch",
        "mac",
        "galaxy",
        "samsung",
        "android",
        "huawei",
    ),
    *("xiaomi", "redmi", "oneplus", "pixel", "nokia", "sony", "xperia", "motorola", "honor"),
    *("blackberry", "windows phone", "smartphone", "mobile", "mobiltelefon", "handy", "phone"),
    *("tablet", "outlook", "yahoo", "gmail", "gmx", "web.de", "proton", "protonmail", "mail.ru"),
    *("mail für windows", "mail for windows", "courrier pour windows", "correo para windows"),
    *("posta per windows", "poczta systemu windows", "яндекс", "telefon", "telefonem", "mailbox"),
    *("telefonu", "telefone", "téléphone", "teléfono", "telefoon", "puhelimesta", "手机", "手機"),
    *("mail app", "aol", "spark", "thunderbird", "bluemail", "aquamail", "k-9", "t-online"),
)
"""Phones and programs that sign for their owner."""

SENT_FROM = (
    *("sent from {}", "sent via {}", "sent with {}", "gesendet von {}", "gesendet mit {}"),
    *(
        "von {} gesendet",
        "diese nachricht wurde von {} gesendet",
        "envoyé de {}",
        "mit {} gesendet",
    ),
    *("envoyé depuis {}", "envoyé à partir de {}", "enviado desde {}", "enviado do {}"),
    *("enviado de {}", "enviado a partir do {}", "enviado pelo {}", "inviato da {}"),
    *("inviato dal {}", "verstuurd vanaf {}", "verzonden vanaf {}", "verzonden met {}"),
    *("wysłane z {}", "wysłano z {}", "trimis de pe {}", "trimis din {}", "skickat från {}"),
    *("sendt fra {}", "lähetetty {}", "odesláno z {}", "odoslané z {}", "{} küldve"),
    *("{} gönderildi", "στάλθηκε από {}", "отправлено с {}", "отправлено из {}"),
    *("надіслано з {}", "відправлено з {}", "发自{}", "從我的{}傳送", "發自{}", "{}から送信"),
    *("{}에서 보냄", "get {}", "holen sie sich {}", "obtenir {}", "obtener {}", "{} herunterladen"),
    *("{} downloaden", "télécharger {}", "scarica {}", "descargar {}"),
)
"""The line a phone or a program sets below what was written."""

ANSWERS_BELOW = (
    *("answers? below", "below in (?:red|blue|green|bold)", "(?:see|answers?|comments?) in-?line"),
    *("in (?:red|blue|green|bold|capitals)", "see (?:my )?(?:answers|comments|replies|below)"),
    *("answers? (?:are )?(?:inside|between|under)", "replied below", "answered below"),
    *(
        "see (?:red|blue|green|bold)",
        "answers?\\s?:\\s*\\Z",
        "antworten?\\s?:\\s*\\Z",
        "réponses?\\s?:\\s*\\Z",
    ),
    *("respuestas?\\s?:\\s*\\Z", "rispost[ae]\\s?:\\s*\\Z", "respostas?\\s?:\\s*\\Z"),
    "antworten? (?:stehen |steht |siehe )?(?:unten|im text|dazwischen)",
    *("siehe unten", "(?:direkt )?im text", "in (?:rot|blau|grün|fett)"),
    *("ci-dessous", "en (?:rouge|bleu|gras|vert)", "dans le texte"),
    *("(?:respuestas?|respondo|contesto) (?:más )?abajo", "en (?:rojo|azul|negrita)"),
    *("(?:rispos\\w+|rispondo) (?:qui )?sotto", "in (?:rosso|grassetto)", "nel testo"),
    *("(?:respostas?|respondo) abaixo", "em (?:vermelho|azul|negrito)", "hieronder"),
    *("in het (?:rood|blauw|vet)", "poniżej", "na czerwono", "mai jos", "cu roșu"),
    *("ниже", "красным", "нижче", "червоним", "níže", "červeně", "nedan", "nedenfor"),
    *("alla", "punaisella", "παρακάτω", "με κόκκινο", "aşağıda", "kırmızı"),
    *("以下に", "赤字", "见下", "如下", "红字", "아래에", "빨간"),
)
"""What people write above a quote into which they wrote their answers (patterns)."""

GREETINGS = (
    *("hi", "hello", "hey", "dear", "good morning", "good afternoon", "good evening"),
    *("hallo", "guten tag", "guten morgen", "guten abend", "moin", "servus", "liebe", "lieber"),
    *("sehr geehrte", "sehr geehrter", "bonjour", "bonsoir", "salut", "hola", "buenos días"),
    *("buenas tardes", "ciao", "buongiorno", "buonasera", "salve", "gentile", "olá", "bom dia"),
    *("boa tarde", "dag", "beste", "goedendag", "cześć", "dzień dobry", "witam", "bună"),
    *("bună ziua", "привет", "здравствуйте", "добрый день", "вітаю", "добрий день"),
    *("dobrý den", "ahoj", "hej", "hei", "moi", "γεια σας", "καλημέρα", "merhaba"),
    *("iyi günler", "こんにちは", "你好", "您好", "안녕하세요"),
)
"""What a mail begins with: where it says nothing more, its words stand elsewhere."""

ANSWERS_BELOW_WORDS = frozenset(
    {
        *("answer", "antwort", "antworten", "réponse", "réponses", "respuesta", "respuestas"),
        *("risposta", "risposte", "resposta", "respostas"),
        *("below", "inline", "line", "red", "blue", "green", "bold", "capitals", "answers"),
        *("comments", "replies", "inside", "between", "under", "unten", "text", "dazwischen"),
        *("rot", "blau", "grün", "fett", "dessous", "rouge", "bleu", "gras", "vert", "texte"),
        *("abajo", "rojo", "azul", "negrita", "sotto", "rosso", "grassetto", "testo", "abaixo"),
        *("vermelho", "negrito", "hieronder", "rood", "blauw", "vet", "poniżej", "czerwono"),
        *("jos", "roșu", "ниже", "красным", "нижче", "червоним", "níže", "červeně", "nedan"),
        *("nedenfor", "alla", "punaisella", "παρακάτω", "κόκκινο", "aşağıda", "kırmızı"),
    }
)
"""One of these words is in every such phrase, but in those of scripts without blanks."""
ANSWERS_BELOW_SIGNS = ("以下", "赤字", "见下", "如下", "红字", "아래", "빨간")
