-- SPDX-License-Identifier: AGPL-3.0-or-later
-- 0003.sql: strangers become customers, and rows that decide who gets in are
-- sealed: the program seals those there are. What tables and columns are for
-- stands in schema.sql. Codes that were open end, and who is about to set a
-- forgotten password asks again.

ALTER TABLE bank_user ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
ALTER TABLE session ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
ALTER TABLE passkey ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
DELETE FROM password_reset;
ALTER TABLE password_reset ADD COLUMN seal BLOB NOT NULL DEFAULT x'';

-- The book's rows get a smaller key.
DROP TRIGGER posting_is_final_update;
DROP TRIGGER posting_is_final_delete;
ALTER TABLE posting RENAME TO posting_before;
CREATE TABLE posting (
	id INTEGER PRIMARY KEY,
	account INTEGER NOT NULL GENERATED ALWAYS AS (id / 4294967296)
		REFERENCES account (id),
	seq INTEGER NOT NULL GENERATED ALWAYS AS (id % 4294967296)
		CHECK (seq > 0),
	transfer BLOB NOT NULL REFERENCES transfer (id),
	amount INTEGER NOT NULL CHECK (amount <> 0),
	balance_after INTEGER NOT NULL,
	booked_at INTEGER NOT NULL,
	hash BLOB NOT NULL,
	kind TEXT NOT NULL,
	value_date INTEGER NOT NULL,
	purpose TEXT NOT NULL,
	reference TEXT NOT NULL,
	other TEXT NOT NULL,
	name BLOB
) STRICT;
INSERT INTO posting (id, transfer, amount, balance_after, booked_at, hash, kind,
	value_date, purpose, reference, other, name)
	SELECT account * 4294967296 + seq, transfer, amount, balance_after,
	booked_at, hash, kind, value_date, purpose, reference, other, name
	FROM posting_before ORDER BY account, seq;
DROP TABLE posting_before;
CREATE TRIGGER posting_is_final_update BEFORE UPDATE ON posting
BEGIN SELECT RAISE(ABORT, 'a posting is final'); END;
CREATE TRIGGER posting_is_final_delete BEFORE DELETE ON posting
BEGIN SELECT RAISE(ABORT, 'a posting is final'); END;
ALTER TABLE account ADD COLUMN last_at INTEGER NOT NULL DEFAULT 0;
UPDATE account SET last_at = coalesce((SELECT booked_at FROM posting WHERE
	posting.id = account.id * 4294967296 + account.seq), 0);

-- The program hashes the keys there are.
ALTER TABLE idempotency RENAME TO idempotency_before;
CREATE TABLE idempotency (
	key_hash BLOB NOT NULL PRIMARY KEY,
	request BLOB NOT NULL,
	result TEXT NOT NULL CHECK (result IN ('transfer', 'payment')),
	subject BLOB NOT NULL,
	created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE branch ADD COLUMN services TEXT NOT NULL DEFAULT '';

DROP TABLE challenge;
CREATE TABLE challenge (
	id BLOB NOT NULL PRIMARY KEY,
	purpose TEXT NOT NULL CHECK (purpose IN
		('login', 'transfer', 'register', 'password', 'reset',
		'user_id', 'step_up', 'payee', 'apply')),
	bank_user INTEGER REFERENCES bank_user (id),
	customer INTEGER REFERENCES customer (id),
	session BLOB,
	subject BLOB,
	data BLOB,
	bound BLOB NOT NULL,
	code_hash BLOB NOT NULL,
	channel TEXT NOT NULL,
	sent_to TEXT NOT NULL,
	sent_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	tries_left INTEGER NOT NULL CHECK (tries_left BETWEEN 0 AND 5),
	resends_left INTEGER NOT NULL CHECK (resends_left BETWEEN 0 AND 3),
	state TEXT NOT NULL CHECK (state IN ('asked', 'open', 'used', 'dead'))
) STRICT, WITHOUT ROWID;
CREATE INDEX challenge_asked ON challenge (state, sent_at)
	WHERE state = 'asked';
CREATE INDEX challenge_end ON challenge (expires_at);

CREATE TABLE offer (
	product TEXT NOT NULL PRIMARY KEY REFERENCES product (code),
	category TEXT NOT NULL CHECK (category IN ('deposit', 'loan', 'card')),
	currency TEXT NOT NULL,
	position INTEGER NOT NULL DEFAULT 0,
	summary TEXT NOT NULL DEFAULT '',
	features TEXT NOT NULL DEFAULT '',
	terms TEXT NOT NULL DEFAULT '',
	monthly_fee INTEGER NOT NULL DEFAULT 0 CHECK (monthly_fee >= 0),
	opening_min INTEGER NOT NULL DEFAULT 0 CHECK (opening_min >= 0),
	age_min INTEGER NOT NULL DEFAULT 18 CHECK (age_min >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE application (
	id INTEGER PRIMARY KEY,
	public_id BLOB NOT NULL UNIQUE,
	reference TEXT NOT NULL UNIQUE,
	offer TEXT NOT NULL REFERENCES offer (product),
	branch TEXT NOT NULL REFERENCES branch (code),
	language TEXT NOT NULL,
	name BLOB,
	email BLOB,
	mobile BLOB,
	email_index BLOB,
	mobile_index BLOB,
	tax_index BLOB,
	details BLOB,
	mobile_at INTEGER,
	email_at INTEGER,
	details_at INTEGER,
	documents_at INTEGER,
	identity TEXT NOT NULL DEFAULT 'none' CHECK (identity IN
		('none', 'open', 'review', 'passed', 'failed')),
	provider TEXT NOT NULL DEFAULT ''
		CHECK (provider IN ('', 'desk', 'didit')),
	state TEXT NOT NULL CHECK (state IN
		('started', 'sent', 'asked', 'approved', 'declined', 'expired')),
	asked TEXT NOT NULL DEFAULT '',
	reason TEXT NOT NULL DEFAULT '',
	customer INTEGER REFERENCES customer (id),
	account INTEGER REFERENCES account (id),
	existing INTEGER NOT NULL DEFAULT 0 CHECK (existing IN (0, 1)),

	bank_user INTEGER REFERENCES bank_user (id),
	created_at INTEGER NOT NULL,
	changed_at INTEGER NOT NULL,
	sent_at INTEGER,
	decided_at INTEGER,
	expires_at INTEGER NOT NULL,
	wiped_at INTEGER,
	CHECK (state <> 'approved' OR customer IS NOT NULL)
) STRICT;
CREATE INDEX application_state ON application (state, sent_at);
CREATE INDEX application_tax ON application (tax_index);

CREATE TABLE application_session (
	token_hash BLOB NOT NULL PRIMARY KEY,
	application INTEGER NOT NULL REFERENCES application (id),
	kind TEXT NOT NULL CHECK (kind IN ('browser', 'link')),
	address TEXT NOT NULL,
	device TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	last_seen INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX application_session_of ON application_session (application);

CREATE TABLE upload (
	id BLOB NOT NULL PRIMARY KEY,
	application INTEGER NOT NULL REFERENCES application (id),
	kind TEXT NOT NULL,
	side TEXT NOT NULL,
	size INTEGER NOT NULL CHECK (size > 0),
	chunks INTEGER NOT NULL CHECK (chunks BETWEEN 1 AND 100),
	created_at INTEGER NOT NULL,
	UNIQUE (application, kind, side)
) STRICT, WITHOUT ROWID;
CREATE TABLE upload_chunk (
	upload BLOB NOT NULL REFERENCES upload (id),
	number INTEGER NOT NULL CHECK (number >= 0),
	data BLOB NOT NULL,
	PRIMARY KEY (upload, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
	id BLOB NOT NULL PRIMARY KEY,
	application INTEGER NOT NULL REFERENCES application (id),
	kind TEXT NOT NULL CHECK (kind IN
		('passport', 'id_card', 'residence_permit', 'selfie',
		'proof_of_address', 'portrait')),
	side TEXT NOT NULL CHECK (side IN ('front', 'back', '')),
	source TEXT NOT NULL CHECK (source IN ('person', 'didit')),
	width INTEGER NOT NULL CHECK (width > 0),
	height INTEGER NOT NULL CHECK (height > 0),
	size INTEGER NOT NULL CHECK (size > 0),
	sha256 BLOB NOT NULL,
	replaced INTEGER NOT NULL DEFAULT 0 CHECK (replaced IN (0, 1)),
	made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX document_of ON document (application);
CREATE TABLE document_data (
	document BLOB NOT NULL PRIMARY KEY REFERENCES document (id),
	data BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE identity_check (
	id BLOB NOT NULL PRIMARY KEY,
	application INTEGER NOT NULL REFERENCES application (id),
	provider TEXT NOT NULL CHECK (provider IN ('desk', 'didit')),
	result TEXT NOT NULL CHECK (result IN ('passed', 'review', 'failed')),
	evidence BLOB,
	made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_check_of ON identity_check (application);

CREATE TABLE screening_name (
	id INTEGER PRIMARY KEY,
	list TEXT NOT NULL,
	entry TEXT NOT NULL,
	name TEXT NOT NULL,
	alias INTEGER NOT NULL CHECK (alias IN (0, 1)),
	birth_date TEXT NOT NULL DEFAULT '',
	country TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE screening_key (
	key TEXT NOT NULL,
	name INTEGER NOT NULL,
	PRIMARY KEY (key, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE screening_hit (
	id BLOB NOT NULL PRIMARY KEY,
	application INTEGER NOT NULL REFERENCES application (id),
	list TEXT NOT NULL,
	entry TEXT NOT NULL,
	score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
	evidence BLOB,
	state TEXT NOT NULL CHECK (state IN ('open', 'cleared', 'confirmed')),
	decided_by INTEGER REFERENCES bank_user (id),
	note TEXT NOT NULL DEFAULT '',
	made_at INTEGER NOT NULL,
	decided_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX screening_hit_of ON screening_hit (application);

CREATE TABLE decision (
	application INTEGER NOT NULL REFERENCES application (id),
	round INTEGER NOT NULL CHECK (round > 0),
	step TEXT NOT NULL CHECK (step IN ('make', 'check')),
	verdict TEXT NOT NULL CHECK (verdict IN
		('approve', 'decline', 'ask', 'agree', 'disagree')),
	reason TEXT NOT NULL DEFAULT '',
	note TEXT NOT NULL DEFAULT '',
	bank_user INTEGER REFERENCES bank_user (id),
	decided_at INTEGER NOT NULL,
	PRIMARY KEY (application, round, step),
	CONSTRAINT maker_and_checker_differ UNIQUE (application, round, bank_user)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER decision_is_final_update BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'a decision is final'); END;
CREATE TRIGGER decision_is_final_delete BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'a decision is final'); END;

CREATE TABLE didit (
	reference TEXT NOT NULL PRIMARY KEY,
	application INTEGER NOT NULL REFERENCES application (id),
	session_id TEXT UNIQUE,
	url BLOB,
	return_hash BLOB NOT NULL,
	status TEXT NOT NULL DEFAULT '',
	status_at INTEGER NOT NULL DEFAULT 0,
	state TEXT NOT NULL CHECK (state IN
		('wanted', 'open', 'ended', 'failed')),
	tries INTEGER NOT NULL DEFAULT 0,
	ask_at INTEGER NOT NULL,
	created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX didit_due ON didit (state, ask_at);
CREATE INDEX didit_of ON didit (application);
CREATE INDEX didit_back ON didit (return_hash);
CREATE TABLE didit_event (
	event_id TEXT NOT NULL PRIMARY KEY,
	session_id TEXT NOT NULL,
	status TEXT NOT NULL,
	told_at INTEGER NOT NULL,
	received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX didit_event_of ON didit_event (session_id, status, told_at);
CREATE TABLE didit_picture (
	id BLOB NOT NULL PRIMARY KEY,
	reference TEXT NOT NULL REFERENCES didit (reference),
	kind TEXT NOT NULL,
	side TEXT NOT NULL,
	url BLOB,
	state TEXT NOT NULL CHECK (state IN ('wanted', 'kept', 'failed')),
	tries INTEGER NOT NULL DEFAULT 0,
	due_at INTEGER NOT NULL,
	UNIQUE (reference, kind, side)
) STRICT, WITHOUT ROWID;
