-- SPDX-License-Identifier: AGPL-3.0-or-later
-- 0002.sql: people register, keep factors and devices, and are reached by more
-- ways. What tables and columns are for stands in schema.sql. Codes that were
-- open end: they live for minutes.

ALTER TABLE customer ADD COLUMN outgoing_stopped_at INTEGER;
CREATE INDEX customer_mobile ON customer (mobile_index);
CREATE INDEX customer_email ON customer (email_index);

ALTER TABLE bank_user
	ADD COLUMN password_set_at INTEGER NOT NULL DEFAULT 0;
UPDATE bank_user SET password_set_at = created_at;

ALTER TABLE session ADD COLUMN password_old INTEGER NOT NULL DEFAULT 0
	CHECK (password_old IN (0, 1));
ALTER TABLE session ADD COLUMN confirmed_at INTEGER;

DROP TABLE challenge;
CREATE TABLE challenge (
	id BLOB NOT NULL PRIMARY KEY,
	purpose TEXT NOT NULL CHECK (purpose IN
		('login', 'transfer', 'register', 'password', 'reset',
		'user_id', 'step_up', 'payee')),
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

ALTER TABLE outbox RENAME TO outbox_1;
DROP INDEX outbox_due;
CREATE TABLE outbox (
	id BLOB NOT NULL PRIMARY KEY,
	customer INTEGER REFERENCES customer (id),
	channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp')),
	challenge BLOB,
	template TEXT NOT NULL,
	language TEXT NOT NULL,
	recipient BLOB NOT NULL,
	data BLOB,
	state TEXT NOT NULL
		CHECK (state IN ('queued', 'sent', 'unknown', 'failed')),
	tries INTEGER NOT NULL DEFAULT 0,
	due_at INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	sent_at INTEGER,
	provider_id TEXT,
	delivery TEXT NOT NULL DEFAULT '',
	error TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (state, due_at);
CREATE INDEX outbox_challenge ON outbox (challenge)
	WHERE challenge IS NOT NULL;
CREATE INDEX outbox_provider ON outbox (provider_id)
	WHERE provider_id IS NOT NULL;
CREATE INDEX outbox_kept ON outbox (expires_at)
	WHERE data IS NOT NULL AND state <> 'queued';
INSERT INTO outbox (id, customer, channel, template, language, recipient, data,
	state, tries, due_at, created_at, expires_at, sent_at, error)
	SELECT id, customer, channel, template, language, recipient, data,
	state, tries, due_at, created_at, expires_at, sent_at, error FROM outbox_1;
DROP TABLE outbox_1;

CREATE TABLE password_past (
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	seq INTEGER NOT NULL,
	password TEXT NOT NULL,
	PRIMARY KEY (bank_user, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE password_reset (
	token_hash BLOB NOT NULL PRIMARY KEY,
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rate (
	rate_key BLOB NOT NULL PRIMARY KEY,
	count INTEGER NOT NULL CHECK (count > 0),
	ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE captcha_used (
	proof BLOB NOT NULL PRIMARY KEY,
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
	token_hash BLOB NOT NULL,
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	device TEXT NOT NULL,
	first_at INTEGER NOT NULL,
	last_at INTEGER NOT NULL,
	PRIMARY KEY (token_hash, bank_user)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_user ON device (bank_user);

CREATE TABLE emergency (
	bank_user INTEGER NOT NULL PRIMARY KEY REFERENCES bank_user (id),
	code_hash BLOB NOT NULL UNIQUE,
	made_at INTEGER NOT NULL,
	used_at INTEGER
) STRICT;

CREATE TABLE draft (
	id BLOB NOT NULL PRIMARY KEY,
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	path TEXT NOT NULL,
	fields BLOB NOT NULL,
	saved_at INTEGER NOT NULL,
	UNIQUE (bank_user, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE totp (
	bank_user INTEGER NOT NULL PRIMARY KEY REFERENCES bank_user (id),
	secret BLOB NOT NULL,
	made_at INTEGER NOT NULL,
	confirmed_at INTEGER,
	last_step INTEGER NOT NULL DEFAULT 0,
	failures INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_code (
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	code_hash BLOB NOT NULL,
	made_at INTEGER NOT NULL,
	used_at INTEGER,
	PRIMARY KEY (bank_user, code_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE passkey (
	id BLOB NOT NULL PRIMARY KEY,
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	credential BLOB NOT NULL UNIQUE,
	public_key BLOB NOT NULL,
	name BLOB NOT NULL,
	sign_count INTEGER NOT NULL,
	aaguid BLOB NOT NULL,
	backed_up INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
	made_at INTEGER NOT NULL,
	used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_user ON passkey (bank_user);

CREATE TABLE ceremony (
	id BLOB NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('create', 'login', 'pay')),
	bank_user INTEGER REFERENCES bank_user (id),
	session BLOB,
	subject BLOB,
	nonce BLOB NOT NULL,
	challenge BLOB NOT NULL,
	address TEXT NOT NULL,
	expires_at INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('open', 'used'))
) STRICT, WITHOUT ROWID;
CREATE INDEX ceremony_end ON ceremony (expires_at);
CREATE INDEX ceremony_from ON ceremony (kind, address);

CREATE TABLE signature (
	transfer BLOB NOT NULL PRIMARY KEY REFERENCES transfer (id),
	credential BLOB NOT NULL,
	public_key BLOB NOT NULL,
	name BLOB NOT NULL,
	rp TEXT NOT NULL,
	origin TEXT NOT NULL,
	nonce BLOB NOT NULL,
	client_data BLOB NOT NULL,
	auth_data BLOB NOT NULL,
	signature BLOB NOT NULL,
	signed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE message_report (
	id BLOB NOT NULL PRIMARY KEY,
	provider_id TEXT NOT NULL,
	status TEXT NOT NULL,
	error TEXT NOT NULL,
	received_at INTEGER NOT NULL,
	UNIQUE (provider_id, status)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER signature_is_final_update BEFORE UPDATE ON signature
BEGIN SELECT RAISE(ABORT, 'a signature is final'); END;
CREATE TRIGGER signature_is_final_delete BEFORE DELETE ON signature
BEGIN SELECT RAISE(ABORT, 'a signature is final'); END;
