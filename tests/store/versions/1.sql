PRAGMA application_id = 1397313090;
PRAGMA user_version = 1;
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE doc_conversations (
        doc_id INTEGER PRIMARY KEY, uid, account, last_at, due_at, soon_at, owed, spam, done_at,
        snoozed_until, their_turn, unread, starred, unsent, gone, rule_hash, "rank", party_text,
        subject_text, order_text, service_text, tag_text, doc TEXT NOT NULL);
CREATE UNIQUE INDEX conversations_uid ON doc_conversations (uid);
CREATE INDEX conversations_list ON doc_conversations (
        "rank", uid, spam, account, last_at, due_at, soon_at, owed, done_at, snoozed_until,
        their_turn, unread, starred, unsent, gone);
CREATE INDEX conversations_party ON doc_conversations (party_text, uid);
CREATE INDEX conversations_rule_hash ON doc_conversations (rule_hash);
CREATE TABLE doc_messages (
        doc_id INTEGER PRIMARY KEY, uid, account, remote_id, conversation, accepted_at, outgoing,
        gone_at, digest, doc TEXT NOT NULL);
CREATE UNIQUE INDEX messages_uid ON doc_messages (uid);
CREATE INDEX messages_remote ON doc_messages (account, remote_id);
CREATE INDEX messages_conversation ON doc_messages (conversation, accepted_at);
CREATE UNIQUE INDEX messages_outgoing ON doc_messages (account, outgoing)
        WHERE outgoing IS NOT NULL;
CREATE TABLE doc_outbox (
        doc_id INTEGER PRIMARY KEY, "key", account, conversation, message, state, created_at,
        settled, doc TEXT NOT NULL);
CREATE UNIQUE INDEX outbox_key ON doc_outbox ("key");
CREATE INDEX outbox_conversation ON doc_outbox (conversation);
CREATE INDEX outbox_unsettled ON doc_outbox (settled, account);
CREATE TABLE doc_journal (
        doc_id INTEGER PRIMARY KEY, uid, conversation, verb, "group", group_meant,
        doc TEXT NOT NULL);
CREATE UNIQUE INDEX journal_uid ON doc_journal (uid);
CREATE INDEX journal_conversation ON doc_journal (conversation);
CREATE INDEX journal_verb ON doc_journal (verb);
CREATE INDEX journal_group_meant ON doc_journal (group_meant) WHERE group_meant IS NOT NULL;
CREATE TABLE doc_drafts (doc_id INTEGER PRIMARY KEY, conversation, doc TEXT NOT NULL);
CREATE UNIQUE INDEX drafts_conversation ON doc_drafts (conversation);
CREATE TABLE doc_checkpoints (doc_id INTEGER PRIMARY KEY, account, doc TEXT NOT NULL);
CREATE UNIQUE INDEX checkpoints_account ON doc_checkpoints (account);
CREATE TABLE doc_account_states (doc_id INTEGER PRIMARY KEY, account, doc TEXT NOT NULL);
CREATE UNIQUE INDEX account_states_account ON doc_account_states (account);
CREATE TABLE doc_quarantine (
        doc_id INTEGER PRIMARY KEY, uid, account, place, doc TEXT NOT NULL);
CREATE UNIQUE INDEX quarantine_place ON doc_quarantine (account, place);
CREATE UNIQUE INDEX quarantine_uid ON doc_quarantine (uid);
CREATE TABLE doc_canned_uses (doc_id INTEGER PRIMARY KEY, name, doc TEXT NOT NULL);
CREATE UNIQUE INDEX canned_uses_name ON doc_canned_uses (name);
CREATE TABLE bodies (message INTEGER PRIMARY KEY, text TEXT NOT NULL, html BLOB);
CREATE TABLE sources (message INTEGER PRIMARY KEY, source BLOB NOT NULL);
CREATE TABLE quarantine_sources (item INTEGER PRIMARY KEY, source BLOB NOT NULL);
CREATE TABLE places (
        account TEXT NOT NULL, folder TEXT NOT NULL, epoch TEXT NOT NULL, id TEXT NOT NULL,
        message INTEGER NOT NULL, PRIMARY KEY (account, folder, epoch, id)) WITHOUT ROWID;
CREATE TABLE thread_keys (
        account TEXT NOT NULL, "key" TEXT NOT NULL, conversation TEXT NOT NULL,
        PRIMARY KEY (account, "key")) WITHOUT ROWID;
CREATE TABLE redirects (uid TEXT PRIMARY KEY, target TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX redirects_target ON redirects (target);
CREATE VIRTUAL TABLE words USING fts5 (
        subject, body, party, reference, content = '',
        tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3');
CREATE VIRTUAL TABLE words_vocabulary USING fts5vocab(words, row);
INSERT INTO meta VALUES ('revision', 2);
INSERT INTO meta VALUES ('uid', 'jjxvf3q66jem');
INSERT INTO doc_conversations VALUES (1, 'nqkacg1t1wqz', 'shop00000001', 1795179660000000, NULL, NULL, 0, 0, NULL, NULL, 1, 1, 0, NULL, 0, '94a4071d80fd4a58', 4609890838767387904, 'anna nowak
anna@buyers.example', 'about lamp 1', '', 'email', NULL, '{"uid":"nqkacg1t1wqz","account":"shop00000001","service":"email","kind":"message","party":["Anna Nowak","anna@buyers.example"],"subject":"About lamp 1","order_ref":null,"last_at":1795179660000000,"snippet":"Yes, it is.","message_count":3,"unread":true,"starred":false,"spam":false,"gone":false,"tags":[],"done_at":null,"snoozed_until":null,"their_turn":true,"owed":false,"due_at":null,"soon_at":null,"target":null,"rule":null,"rule_hash":"94a4071d80fd4a58","unreachable":false,"unsent":null}');
INSERT INTO doc_conversations VALUES (2, '81gejpf6gg8t', 'shop00000001', 1795176120000000, 1795262520000000, 1795245240000000, 1, 0, NULL, NULL, 0, 1, 0, NULL, 0, '94a4071d80fd4a58', 1795262520000000, 'anna nowak
anna@buyers.example', 'about lamp 2', 'pl-4711', 'email', NULL, '{"uid":"81gejpf6gg8t","account":"shop00000001","service":"email","kind":"message","party":["Anna Nowak","anna@buyers.example"],"subject":"About lamp 2","order_ref":"PL-4711","last_at":1795176120000000,"snippet":"Czy żółta lampa jest jeszcze dostępna?","message_count":1,"unread":true,"starred":false,"spam":false,"gone":false,"tags":[],"done_at":null,"snoozed_until":null,"their_turn":false,"owed":true,"due_at":1795262520000000,"soon_at":1795245240000000,"target":86400000000,"rule":"email.24h","rule_hash":"94a4071d80fd4a58","unreachable":false,"unsent":null}');
INSERT INTO doc_conversations VALUES (3, '8b5z6hcw5a6r', 'shop00000001', 1795179780000000, 1795262580000000, 1795245300000000, 1, 0, NULL, NULL, 0, 1, 0, 'queued', 0, '94a4071d80fd4a58', 1795262580000000, 'anna nowak
anna@buyers.example', 'about lamp 3', '', 'email', NULL, '{"uid":"8b5z6hcw5a6r","account":"shop00000001","service":"email","kind":"message","party":["Anna Nowak","anna@buyers.example"],"subject":"About lamp 3","order_ref":null,"last_at":1795179780000000,"snippet":"Yes, until Friday.","message_count":2,"unread":true,"starred":false,"spam":false,"gone":false,"tags":[],"done_at":null,"snoozed_until":null,"their_turn":false,"owed":true,"due_at":1795262580000000,"soon_at":1795245300000000,"target":86400000000,"rule":"email.24h","rule_hash":"94a4071d80fd4a58","unreachable":false,"unsent":"queued"}');
INSERT INTO doc_conversations VALUES (4, 'jvtmyqhyarcz', 'shop00000001', 1795176240000000, 1795262640000000, 1795245360000000, 1, 0, NULL, NULL, 0, 1, 1, NULL, 1, '94a4071d80fd4a58', 1795262640000000, 'anna nowak
anna@buyers.example', 'about lamp 4', '', 'email', '
b2b
', '{"uid":"jvtmyqhyarcz","account":"shop00000001","service":"email","kind":"message","party":["Anna Nowak","anna@buyers.example"],"subject":"About lamp 4","order_ref":null,"last_at":1795176240000000,"snippet":"Is lamp number 4 still there?","message_count":1,"unread":true,"starred":true,"spam":false,"gone":true,"tags":["b2b"],"done_at":null,"snoozed_until":null,"their_turn":false,"owed":true,"due_at":1795262640000000,"soon_at":1795245360000000,"target":86400000000,"rule":"email.24h","rule_hash":"94a4071d80fd4a58","unreachable":false,"unsent":null}');
INSERT INTO doc_conversations VALUES (5, 'zk9h36jydyt6', 'shop00000001', 1795176300000000, NULL, NULL, 0, 0, 1795179600000000, NULL, 0, 1, 0, NULL, 0, '94a4071d80fd4a58', 4609890842127387904, 'anna nowak
anna@buyers.example', 'about lamp 5', '', 'email', NULL, '{"uid":"zk9h36jydyt6","account":"shop00000001","service":"email","kind":"message","party":["Anna Nowak","anna@buyers.example"],"subject":"About lamp 5","order_ref":null,"last_at":1795176300000000,"snippet":"Is lamp number 5 still there?","message_count":1,"unread":true,"starred":false,"spam":false,"gone":false,"tags":[],"done_at":1795179600000000,"snoozed_until":null,"their_turn":false,"owed":false,"due_at":null,"soon_at":null,"target":null,"rule":null,"rule_hash":"94a4071d80fd4a58","unreachable":false,"unsent":null}');
INSERT INTO doc_messages VALUES (1, 'fcf74d6j9yyt', 'shop00000001', 'remote-1', 'nqkacg1t1wqz', 1795176060000000, NULL, NULL, 'digest-1', '{"uid":"fcf74d6j9yyt","account":"shop00000001","conversation":"nqkacg1t1wqz","remote_id":"remote-1","digest":"digest-1","direction":"in","accepted_at":1795176060000000,"sender":["Anna Nowak","anna@buyers.example"],"subject":"About lamp 1","service":"email","places":[["INBOX","1","1","inbox"]],"snippet":"Is lamp number 1 still there?","recipients":[["Lamp Shop","shop@lamps.example"]],"message_id":"q1@buyers.example"}');
INSERT INTO doc_messages VALUES (2, 's2r50wrwk7bj', 'shop00000001', 'remote-2', '81gejpf6gg8t', 1795176120000000, NULL, NULL, 'digest-2', '{"uid":"s2r50wrwk7bj","account":"shop00000001","conversation":"81gejpf6gg8t","remote_id":"remote-2","digest":"digest-2","direction":"in","accepted_at":1795176120000000,"sender":["Anna Nowak","anna@buyers.example"],"subject":"About lamp 2","service":"email","places":[["INBOX","1","2","inbox"]],"snippet":"Czy żółta lampa jest jeszcze dostępna?","recipients":[["Lamp Shop","shop@lamps.example"]],"message_id":"q2@buyers.example","order_ref":"PL-4711"}');
INSERT INTO doc_messages VALUES (3, 'bzrvyeah6x1k', 'shop00000001', 'remote-3', '8b5z6hcw5a6r', 1795176180000000, NULL, NULL, 'digest-3', '{"uid":"bzrvyeah6x1k","account":"shop00000001","conversation":"8b5z6hcw5a6r","remote_id":"remote-3","digest":"digest-3","direction":"in","accepted_at":1795176180000000,"sender":["Anna Nowak","anna@buyers.example"],"subject":"About lamp 3","service":"email","places":[["INBOX","1","3","inbox"]],"snippet":"Is lamp number 3 still there?","recipients":[["Lamp Shop","shop@lamps.example"]],"message_id":"q3@buyers.example"}');
INSERT INTO doc_messages VALUES (4, 'm5v18bxjf58n', 'shop00000001', 'remote-4', 'jvtmyqhyarcz', 1795176240000000, NULL, 1795179600000000, 'digest-4', '{"uid":"m5v18bxjf58n","account":"shop00000001","conversation":"jvtmyqhyarcz","remote_id":"remote-4","digest":"digest-4","direction":"in","accepted_at":1795176240000000,"sender":["Anna Nowak","anna@buyers.example"],"subject":"About lamp 4","service":"email","places":[["INBOX","1","4","inbox"]],"snippet":"Is lamp number 4 still there?","recipients":[["Lamp Shop","shop@lamps.example"]],"message_id":"q4@buyers.example","gone_at":1795179600000000}');
INSERT INTO doc_messages VALUES (5, 'xnskv6ssmdj1', 'shop00000001', 'remote-5', 'zk9h36jydyt6', 1795176300000000, NULL, NULL, 'digest-5', '{"uid":"xnskv6ssmdj1","account":"shop00000001","conversation":"zk9h36jydyt6","remote_id":"remote-5","digest":"digest-5","direction":"in","accepted_at":1795176300000000,"sender":["Anna Nowak","anna@buyers.example"],"subject":"About lamp 5","service":"email","places":[["INBOX","1","5","inbox"]],"snippet":"Is lamp number 5 still there?","recipients":[["Lamp Shop","shop@lamps.example"]],"message_id":"q5@buyers.example"}');
INSERT INTO doc_messages VALUES (6, '9atqns1j0jt4', 'shop00000001', 'remote-6', 'nqkacg1t1wqz', 1795176360000000, NULL, NULL, 'digest-6', '{"uid":"9atqns1j0jt4","account":"shop00000001","conversation":"nqkacg1t1wqz","remote_id":"remote-6","digest":"digest-6","direction":"in","accepted_at":1795176360000000,"sender":["Anna Nowak","anna@buyers.example"],"subject":"About lamp 6","service":"email","places":[["INBOX","1","6","inbox"]],"snippet":"Is lamp number 6 still there?","recipients":[["Lamp Shop","shop@lamps.example"]],"message_id":"q6@buyers.example"}');
INSERT INTO doc_messages VALUES (7, 'c98v3vcyz02r', 'shop00000001', 'sent-1', 'nqkacg1t1wqz', 1795179660000000, NULL, NULL, 'sent-digest-1', '{"uid":"c98v3vcyz02r","account":"shop00000001","conversation":"nqkacg1t1wqz","remote_id":"sent-1","digest":"sent-digest-1","direction":"out","accepted_at":1795179660000000,"sender":["Lamp Shop","shop@lamps.example"],"subject":"Re: About lamp 1","service":"email","places":[["SENT","1","1","sent"]],"snippet":"Yes, it is.","recipients":[["Anna Nowak","anna@buyers.example"]],"seen":true,"message_id":"a1@lamps.example","in_reply_to":["q1@buyers.example"],"references":["q1@buyers.example"]}');
INSERT INTO doc_messages VALUES (8, 'bq9mw397kx5j', 'shop00000001', 'key:k3@lamps.example', '8b5z6hcw5a6r', 1795179780000000, 'k3@lamps.example', NULL, '', '{"uid":"bq9mw397kx5j","account":"shop00000001","conversation":"8b5z6hcw5a6r","remote_id":"key:k3@lamps.example","digest":"","direction":"out","accepted_at":1795179780000000,"sender":["Lamp Shop","shop@lamps.example"],"subject":"Re: About lamp 3","service":"email","places":[],"snippet":"Yes, until Friday.","recipients":[["Anna Nowak","anna@buyers.example"]],"seen":true,"message_id":"k3@lamps.example","in_reply_to":["q3@buyers.example"],"references":["q3@buyers.example"],"key":"k3@lamps.example","sent_at":1795179780000000,"outgoing":"k3@lamps.example","delivery":"queued"}');
INSERT INTO doc_outbox VALUES (1, 'k3@lamps.example', 'shop00000001', '8b5z6hcw5a6r', 'bq9mw397kx5j', 'queued', 1795179780000000, 0, '{"key":"k3@lamps.example","account":"shop00000001","conversation":"8b5z6hcw5a6r","message":"bq9mw397kx5j","reply":{"key":"k3@lamps.example","created_at":1795179780000000,"sender":["Lamp Shop","shop@lamps.example"],"recipients":[["Anna Nowak","anna@buyers.example"]],"subject":"Re: About lamp 3","text":"Yes, until Friday.","in_reply_to":"q3@buyers.example","references":["q3@buyers.example"],"answers":[["INBOX","1","3","inbox"]],"conversation_ref":null},"state":"queued","created_at":1795179780000000,"send_after":1795179790000000,"attempts":0,"next_attempt_at":null,"error":"","left":false,"accepted_at":null,"remote_id":null,"settled":false,"settle_attempts":0,"after":{}}');
INSERT INTO doc_journal VALUES (1, '3049tq56qzw8', 'jvtmyqhyarcz', 'tag', '', NULL, '{"uid":"3049tq56qzw8","device":"bench","at":1795179600000000,"verb":"tag","conversation":"jvtmyqhyarcz","arguments":{"name":"b2b"},"group":""}');
INSERT INTO doc_journal VALUES (2, 'asqfp5j6f4mh', 'jvtmyqhyarcz', 'star', 'g1', NULL, '{"uid":"asqfp5j6f4mh","device":"bench","at":1795179600000000,"verb":"star","conversation":"jvtmyqhyarcz","arguments":{},"group":"g1"}');
INSERT INTO doc_journal VALUES (3, 'r4sg4945hp9d', 'zk9h36jydyt6', 'done', 'g2', NULL, '{"uid":"r4sg4945hp9d","device":"bench","at":1795179600000000,"verb":"done","conversation":"zk9h36jydyt6","arguments":{},"group":"g2"}');
INSERT INTO doc_drafts VALUES (1, '81gejpf6gg8t', '{"conversation":"81gejpf6gg8t","text":"Tak, mamy","subject":"Re: lampa","at":1795179600000000}');
INSERT INTO doc_checkpoints VALUES (1, 'shop00000001', '{"account":"shop00000001","checkpoint":"{\"INBOX\": 6}"}');
INSERT INTO doc_account_states VALUES (1, 'shop00000001', '{"account":"shop00000001","state":"ok","error":"","checked_at":1795262400000000,"remaining":0}');
INSERT INTO doc_quarantine VALUES (1, 'aczcqdbm9zv3', 'shop00000001', '["INBOX","1","99"]', '{"uid":"aczcqdbm9zv3","account":"shop00000001","place":"[\"INBOX\",\"1\",\"99\"]","role":"inbox","reason":"broken","accepted_at":null,"size":2}');
INSERT INTO doc_canned_uses VALUES (1, 'where', '{"name":"where","count":1,"last_at":1795176000000000}');
INSERT INTO bodies VALUES (1, 'Is lamp number 1 still there?', NULL);
INSERT INTO bodies VALUES (2, 'Czy żółta lampa jest jeszcze dostępna?', NULL);
INSERT INTO bodies VALUES (3, 'Is lamp number 3 still there?', NULL);
INSERT INTO bodies VALUES (4, 'Is lamp number 4 still there?', NULL);
INSERT INTO bodies VALUES (5, 'Is lamp number 5 still there?', NULL);
INSERT INTO bodies VALUES (6, 'Is lamp number 6 still there?', NULL);
INSERT INTO bodies VALUES (7, 'Yes, it is.', NULL);
INSERT INTO bodies VALUES (8, 'Yes, until Friday.', NULL);
INSERT INTO sources VALUES (1, X'78012BCE2F2D4A4E55C84F533004001A1103D8');
INSERT INTO sources VALUES (2, X'78012BCE2F2D4A4E55C84F533002001A1203D9');
INSERT INTO sources VALUES (3, X'78012BCE2F2D4A4E55C84F533006001A1303DA');
INSERT INTO sources VALUES (4, X'78012BCE2F2D4A4E55C84F533001001A1403DB');
INSERT INTO sources VALUES (5, X'78012BCE2F2D4A4E55C84F533005001A1503DC');
INSERT INTO sources VALUES (6, X'78012BCE2F2D4A4E55C84F533003001A1603DD');
INSERT INTO quarantine_sources VALUES (1, X'789C63F80F0001010100');
INSERT INTO places VALUES ('shop00000001', 'INBOX', '1', '1', 1);
INSERT INTO places VALUES ('shop00000001', 'INBOX', '1', '2', 2);
INSERT INTO places VALUES ('shop00000001', 'INBOX', '1', '3', 3);
INSERT INTO places VALUES ('shop00000001', 'INBOX', '1', '5', 5);
INSERT INTO places VALUES ('shop00000001', 'INBOX', '1', '6', 6);
INSERT INTO places VALUES ('shop00000001', 'SENT', '1', '1', 7);
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|ans:q1@buyers.example', 'nqkacg1t1wqz');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|ans:q2@buyers.example', '81gejpf6gg8t');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|ans:q3@buyers.example', '8b5z6hcw5a6r');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|ans:q4@buyers.example', 'jvtmyqhyarcz');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|ans:q5@buyers.example', 'zk9h36jydyt6');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|ans:q6@buyers.example', '63t47xg5ep97');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|mid:a1@lamps.example', 'nqkacg1t1wqz');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|mid:k3@lamps.example', '8b5z6hcw5a6r');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|mid:q1@buyers.example', 'nqkacg1t1wqz');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|mid:q2@buyers.example', '81gejpf6gg8t');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|mid:q3@buyers.example', '8b5z6hcw5a6r');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|mid:q4@buyers.example', 'jvtmyqhyarcz');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|mid:q5@buyers.example', 'zk9h36jydyt6');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|mid:q6@buyers.example', '63t47xg5ep97');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|order:pl-4711', '81gejpf6gg8t');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|subj:about lamp 1', 'nqkacg1t1wqz');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|subj:about lamp 3', '8b5z6hcw5a6r');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|subj:about lamp 4', 'jvtmyqhyarcz');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|subj:about lamp 5', 'zk9h36jydyt6');
INSERT INTO thread_keys VALUES ('shop00000001', 'anna@buyers.example|subj:about lamp 6', '63t47xg5ep97');
INSERT INTO redirects VALUES ('63t47xg5ep97', 'nqkacg1t1wqz');
DELETE FROM words_data;
INSERT INTO words_data VALUES (1, X'081A2A2802');
INSERT INTO words_data VALUES (10, X'000000000102020002010101020101');
INSERT INTO words_data VALUES (137438953473, X'0000070002303101080401010506020501013202020401013303080401010501013404080401010502033731310206010303010135050804010105010136060804010105010561626F757401020201020201020201020201020201020201020302036E6E61010801020204010801020204010801020204010801020204010801020204010801020204010801020204010662757965727301060102050106010205010601020501060102050106010205010601020501060102050103637A7902060101020108646F737465706E61020601010701076578616D706C65010601020601060102060106010206010601020601060102060106010206010601020601026973010601010202060101020106010102010601010201060101020106010104020174070601010301046A657374020601010504047A637A65020601010601046C616D70010803010103010203010803010103010803010103010803010103010803010103010204050161020601010401056E6F77616B01060102030106010203010601020301060102030106010203010601020301060102030205756D626572010601010402060101040106010104010601010401060101040102706C02060103020102726507020201057374696C6C0106010106020601010601060101060106010106010601010601057468657265010601010702060101070106010107010601010701060101070103796573070601010201067A6FC58274610206010103000231310108040101050602050101320202040101330308040101050101340206010303020804010105010135050804010105010136060804010105010161010A0201020204010A0201020204010A0201020204010A0201020204010A0201020204010A0201020204010A030102020401016201060102050106010205010601020501060102050106010205010601020501060102050101630206010102010164020601010701016501060102060106010206010601020601060102060106010206010601020601060102060101690106010102020601010201060101020106010102010601010201080101030301016A02080101050301016C01080301010301080301010401080301010301080301010301080301010301080301010301020401016E010C0101040102030106010203010C010104010203010C010104010203010C010104010203010C010104010203010601020301017002060103020101720702020101730106010106020601010601060101060106010106010601010601017401060101070206010107010601010701060101070106010107010179070601010201017A0206010103000332343702060103030102616201020201020201020201020201020201020201020302016E0108010202040108010202040108010202040108010202040108010202040108010202040108010202040102627501060102050106010205010601020501060102050106010205010601020501060102050102637A02060101020102646F020601010701026578010601020601060102060106010206010601020601060102060106010206010601020601026973010601010202060101020106010102010601010201060101020106010104020174070601010301026A6502080101050301026C6101080301010301080301010401080301010301080301010301080301010301080301010301020401026E6F0106010203010601020301060102030106010203010601020301060102030106010203020175010601010402060101040106010104010601010401060101040102706C0206010302010272650702020102737401060101060206010106010601010601060101060106010106010274680106010107020601010701060101070106010107010601010701027965070601010201027A6F02060101030004333437310206010303010361626F01020201020201020201020201020201020201020302026E6E010801020204010801020204010801020204010801020204010801020204010801020204010801020204010362757901060102050106010205010601020501060102050106010205010601020501060102050103637A7902060101020103646F7302060101070103657861010601020601060102060106010206010601020601060102060106010206010601020601036A657302080101050301036C616D01080301010301080301010401080301010301080301010301080301010301080301010301020401036E6F7701060102030106010203010601020301060102030106010203010601020301060102030202756D010601010402060101040106010104010601010401060101040103737469010601010602060101060106010106010601010601060101060103746865010601010702060101070106010107010601010701060101070103796573070601010201047A6FC5820206010103040C0609090A09091C2F2B0A0F2C22080B0B2A082A20090720200A0D0D06090E0909342608082622092A3508061C1C08080A192D2709092722080A2B271C09071D1D09090B1A2E280A0A280B2C281D1E1E0A');
INSERT INTO words_data VALUES (274877906945, X'00000172023033080205010561626F757408020302036E6E610808010202040106627579657273080601020501076578616D706C6508060102060106667269646179080601010401046C616D7008020401056E6F77616B0806010203010272650802020105756E74696C08060101030103796573080601010200023133080205010161080A030102020401016208060102050101650806010206010166080601010401016C08020401016E080601020301017208020201017508060101030101790806010102000332616208020302016E08080102020401026275080601020501026578080601020601026672080601010401026C6108020401026E6F0806010203010272650802020102756E080601010301027965080601010200043361626F08020302026E6E08080102020401036275790806010205010365786108060102060103667269080601010401036C616D08020401036E6F7708060102030103756E7408060101030103796573080601010204060A0B0D0E0D090C070C0A070A080808060806080808090909090709070909090A0A0A0A080A0A');
DELETE FROM words_idx;
INSERT INTO words_idx VALUES (1, X'', 2);
INSERT INTO words_idx VALUES (2, X'', 2);
DELETE FROM words_docsize;
INSERT INTO words_docsize VALUES (1, X'03060500');
INSERT INTO words_docsize VALUES (2, X'03060502');
INSERT INTO words_docsize VALUES (3, X'03060500');
INSERT INTO words_docsize VALUES (4, X'03060500');
INSERT INTO words_docsize VALUES (5, X'03060500');
INSERT INTO words_docsize VALUES (6, X'03060500');
INSERT INTO words_docsize VALUES (7, X'04030500');
INSERT INTO words_docsize VALUES (8, X'04030500');
DELETE FROM words_config;
INSERT INTO words_config VALUES ('version', 4);
