-- SPDX-License-Identifier: AGPL-3.0-or-later
-- schema.sql: every table of the bank, and the truths that hold in it.
--
-- Conventions. Times are milliseconds of UTC since 1970 (..._at), days are the
-- bank's own days since 1970-01-01 (..._on, value_date). Amounts are minor
-- units of the currency beside them. Public ids are UUIDv7, 16 bytes. Columns
-- marked "sealed" are AES-256-GCM, bound to table, column and row; columns
-- named ..._index are HMACs of the normalised text, for look-ups.
-- The SQL is the portable subset: no function, type or default that only one
-- engine knows.

-- What this file is: schema version, the day the bank was made.
CREATE TABLE meta (
	name TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE branch (
	code TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	region TEXT NOT NULL DEFAULT '',
	address TEXT NOT NULL DEFAULT '',
	lat_e6 INTEGER,                     -- millionths of a degree
	lon_e6 INTEGER,
	hours TEXT NOT NULL DEFAULT '',
	services TEXT NOT NULL DEFAULT ''   -- "cash, safe deposit"
) STRICT, WITHOUT ROWID;

-- A person or firm the bank knows.
CREATE TABLE customer (
	id INTEGER PRIMARY KEY,
	code TEXT NOT NULL UNIQUE,          -- "C000002", what the person is told
	name BLOB NOT NULL,                 -- sealed
	birth_date BLOB,                    -- sealed, ISO 8601
	tax_id BLOB,                        -- sealed
	mobile BLOB,                        -- sealed
	email BLOB,                         -- sealed
	tax_index BLOB,
	mobile_index BLOB,
	email_index BLOB,
	branch TEXT REFERENCES branch (code),
	language TEXT NOT NULL DEFAULT 'en',
	status TEXT NOT NULL DEFAULT 'active'
		CHECK (status IN ('active', 'closed')),
	outgoing_stopped_at INTEGER,        -- a lost phone; until released
	created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX customer_tax ON customer (tax_index);
CREATE INDEX customer_mobile ON customer (mobile_index);
CREATE INDEX customer_email ON customer (email_index);

-- Who may sign in. Staff may have no customer. A row that another than this
-- program changed lets nobody in: here and in the tables below, seal is a MAC
-- (bank/seal.h).
CREATE TABLE bank_user (
	id INTEGER PRIMARY KEY,
	user_id TEXT NOT NULL UNIQUE,       -- lower case
	customer INTEGER REFERENCES customer (id),
	role TEXT NOT NULL DEFAULT 'customer' CHECK (role IN
		('customer', 'teller', 'support', 'compliance', 'admin')),
	password TEXT NOT NULL,             -- Argon2id, encoded
	password_set_at INTEGER NOT NULL DEFAULT 0,
	created_at INTEGER NOT NULL,
	seal BLOB NOT NULL DEFAULT x'',     -- MAC of all but created_at
	CHECK (role <> 'customer' OR customer IS NOT NULL)
) STRICT;
CREATE INDEX bank_user_customer ON bank_user (customer);

-- Passwords a user had before, the newest PASSWORD_HISTORY_COUNT of them.
CREATE TABLE password_past (
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	seq INTEGER NOT NULL,
	password TEXT NOT NULL,             -- Argon2id, encoded
	PRIMARY KEY (bank_user, seq)
) STRICT, WITHOUT ROWID;

-- Who forgot the password and gave the right code may set a new one, once.
-- The token itself is not here.
CREATE TABLE password_reset (
	token_hash BLOB NOT NULL PRIMARY KEY,
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	expires_at INTEGER NOT NULL,
	seal BLOB NOT NULL DEFAULT x''      -- MAC of all of it
) STRICT, WITHOUT ROWID;

-- Wrong passwords in a row, per user id as typed: existing or not, so that
-- being locked tells nobody which user ids exist.
CREATE TABLE signin (
	user_index BLOB NOT NULL PRIMARY KEY,
	failures INTEGER NOT NULL,
	last_at INTEGER NOT NULL,
	locked_at INTEGER
) STRICT, WITHOUT ROWID;

-- How often something was tried by whom (bank/rate.h), until when it counts.
-- rate_key is an HMAC of both: the table tells no user id and no address.
CREATE TABLE rate (
	rate_key BLOB NOT NULL PRIMARY KEY,
	count INTEGER NOT NULL CHECK (count > 0),
	ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Proofs of being a person that have been used: each counts once. A row is
-- needed only while its proof could still be shown again.
CREATE TABLE captcha_used (
	proof BLOB NOT NULL PRIMARY KEY,    -- SHA-256
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A signed-in browser or an operator-made token. The token itself is not here.
-- customer, role, user_id and language are the user's as they were at sign-in:
-- every request reads this one row. Who changes them ends or updates the rows.
CREATE TABLE session (
	token_hash BLOB NOT NULL PRIMARY KEY,
	id BLOB NOT NULL UNIQUE,            -- what the outside calls it
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	customer INTEGER,
	role TEXT NOT NULL,
	user_id TEXT NOT NULL,
	language TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('browser', 'token')),
	read_only INTEGER NOT NULL DEFAULT 0 CHECK (read_only IN (0, 1)),
	password_old INTEGER NOT NULL DEFAULT 0 CHECK (password_old IN (0, 1)),
	                                    -- may do nothing but change it
	device TEXT NOT NULL,
	address TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	last_seen INTEGER NOT NULL,         -- written at most once a minute;
	                                    -- of a bearer token, an hour
	expires_at INTEGER NOT NULL,
	confirmed_at INTEGER,               -- when a code was last given
	seal BLOB NOT NULL DEFAULT x''      -- MAC of all but last_seen,
	                                    -- language, device and address
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (bank_user);

-- What a user has signed in with: a sign-in with anything else is told to the
-- person. token_hash is an HMAC: of the mark a browser keeps in a cookie (one
-- browser may serve several users), of a program of what it calls itself.
CREATE TABLE device (
	token_hash BLOB NOT NULL,
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	device TEXT NOT NULL,
	first_at INTEGER NOT NULL,
	last_at INTEGER NOT NULL,
	PRIMARY KEY (token_hash, bank_user)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_user ON device (bank_user);

-- The printed code that ends everything when the phone is lost: one a user,
-- good once. It is not here, only its HMAC.
CREATE TABLE emergency (
	bank_user INTEGER NOT NULL PRIMARY KEY REFERENCES bank_user (id),
	code_hash BLOB NOT NULL UNIQUE,
	made_at INTEGER NOT NULL,
	used_at INTEGER
) STRICT;

-- What somebody had written into a form and not sent: offered again for a
-- day, on the page it belongs to. One a page, ten a user.
CREATE TABLE draft (
	id BLOB NOT NULL PRIMARY KEY,
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	path TEXT NOT NULL,                 -- of the form's page
	fields BLOB NOT NULL,               -- sealed JSON
	saved_at INTEGER NOT NULL,
	UNIQUE (bank_user, path)
) STRICT, WITHOUT ROWID;

-- A code sent to a person, bound to what it confirms. 'asked': a stranger asks
-- for something and the bank has yet to look whether there is such a person;
-- until then, and for ever if there is none, no code fits. data opens only
-- beside the columns above it, and bound, as they were.
CREATE TABLE challenge (
	id BLOB NOT NULL PRIMARY KEY,
	purpose TEXT NOT NULL CHECK (purpose IN
		('login', 'transfer', 'register', 'password', 'reset',
		'user_id', 'step_up', 'payee', 'apply')),
	bank_user INTEGER REFERENCES bank_user (id),
	customer INTEGER REFERENCES customer (id),
	session BLOB,                       -- token hash; NULL before sign-in
	subject BLOB,                       -- the payment or application
	data BLOB,                          -- sealed JSON: what was asked for
	bound BLOB NOT NULL,                -- SHA-256 of what it confirms
	code_hash BLOB NOT NULL,            -- HMAC of id, bound and code
	channel TEXT NOT NULL,
	sent_to TEXT NOT NULL,              -- masked
	sent_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	tries_left INTEGER NOT NULL CHECK (tries_left BETWEEN 0 AND 5),
	resends_left INTEGER NOT NULL CHECK (resends_left BETWEEN 0 AND 3),
	state TEXT NOT NULL CHECK (state IN ('asked', 'open', 'used', 'dead'))
) STRICT, WITHOUT ROWID;
CREATE INDEX challenge_asked ON challenge (state, sent_at)
	WHERE state = 'asked';
CREATE INDEX challenge_end ON challenge (expires_at);

-- A person's authenticator app. Until its first code was given (confirmed_at
-- NULL) it opens nothing; last_step is the last half minute whose code was
-- taken: none is taken twice.
CREATE TABLE totp (
	bank_user INTEGER NOT NULL PRIMARY KEY REFERENCES bank_user (id),
	secret BLOB NOT NULL,               -- sealed, base32
	made_at INTEGER NOT NULL,
	confirmed_at INTEGER,
	last_step INTEGER NOT NULL DEFAULT 0,
	failures INTEGER NOT NULL DEFAULT 0 -- wrong codes since a right one
) STRICT, WITHOUT ROWID;

-- Codes a person keeps on paper; each opens once. The codes are not here.
CREATE TABLE recovery_code (
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	code_hash BLOB NOT NULL,            -- HMAC of user and code
	made_at INTEGER NOT NULL,
	used_at INTEGER,
	PRIMARY KEY (bank_user, code_hash)
) STRICT, WITHOUT ROWID;

-- A passkey (WebAuthn): the device keeps the private key, the bank the public
-- one.
CREATE TABLE passkey (
	id BLOB NOT NULL PRIMARY KEY,       -- what the outside calls it
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	credential BLOB NOT NULL UNIQUE,    -- what the device calls it
	public_key BLOB NOT NULL,           -- see lib/webauthn.h
	name BLOB NOT NULL,                 -- sealed
	sign_count INTEGER NOT NULL,        -- the device's; it only rises, or
	                                    -- is 0 for ever
	aaguid BLOB NOT NULL,               -- the device's make, by its own word
	backed_up INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
	made_at INTEGER NOT NULL,
	used_at INTEGER,                    -- NULL: never
	seal BLOB NOT NULL DEFAULT x''      -- MAC of id, user, credential, key
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_user ON passkey (bank_user);

-- A question put to a passkey: answered once, within minutes, in the session
-- that asked. Rows that are over go when the next is asked.
CREATE TABLE ceremony (
	id BLOB NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('create', 'login', 'pay')),
	bank_user INTEGER REFERENCES bank_user (id), -- NULL: a stranger
	session BLOB,                       -- token hash; NULL before sign-in
	subject BLOB,                       -- the challenge whose code it
	                                    -- stands for
	nonce BLOB NOT NULL,                -- what is random in the question
	challenge BLOB NOT NULL,            -- the question: 32 bytes to sign
	address TEXT NOT NULL,
	expires_at INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('open', 'used'))
) STRICT, WITHOUT ROWID;
CREATE INDEX ceremony_end ON ceremony (expires_at);
CREATE INDEX ceremony_from ON ceremony (kind, address);

-- Limits, fees and rates are data. NULL limits do not bind.
CREATE TABLE product (
	code TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	category TEXT NOT NULL CHECK (category IN
		('current', 'savings', 'loan', 'internal')),
	interest_bp INTEGER NOT NULL DEFAULT 0, -- hundredths of a percent a year
	per_transfer_min INTEGER NOT NULL DEFAULT 1 CHECK (per_transfer_min > 0),
	per_transfer_max INTEGER,
	daily_amount INTEGER,
	daily_count INTEGER,
	transfer_fee INTEGER NOT NULL DEFAULT 0 CHECK (transfer_fee >= 0),
	seal BLOB NOT NULL DEFAULT x''      -- MAC of all
) STRICT, WITHOUT ROWID;

-- An account: a customer's, or (customer NULL) the bank's own. seq, balance
-- and hash are the head of its chain of postings; held is the sum of its
-- holds; used_... are the payments its people ordered on used_on.
CREATE TABLE account (
	id INTEGER PRIMARY KEY,
	number TEXT NOT NULL UNIQUE,
	customer INTEGER REFERENCES customer (id),
	title TEXT NOT NULL,
	product TEXT NOT NULL REFERENCES product (code),
	currency TEXT NOT NULL,
	branch TEXT REFERENCES branch (code),
	opened_on INTEGER NOT NULL,
	status TEXT NOT NULL DEFAULT 'active'
		CHECK (status IN ('active', 'frozen', 'closed')),
	overdraft_limit INTEGER NOT NULL DEFAULT 0 CHECK (overdraft_limit >= 0),
	seq INTEGER NOT NULL DEFAULT 0,
	balance INTEGER NOT NULL DEFAULT 0,
	held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
	hash BLOB NOT NULL,
	last_at INTEGER NOT NULL DEFAULT 0, -- when its last posting was booked
	used_on INTEGER NOT NULL DEFAULT 0,
	used_amount INTEGER NOT NULL DEFAULT 0 CHECK (used_amount >= 0),
	used_count INTEGER NOT NULL DEFAULT 0 CHECK (used_count >= 0),
	seal BLOB NOT NULL DEFAULT x'',     -- MAC of what no posting changes
	CONSTRAINT account_is_never_beyond_its_overdraft CHECK
		(customer IS NULL OR balance - held + overdraft_limit >= 0)
) STRICT;
CREATE INDEX account_customer ON account (customer);

-- Who may see and use an account: owner, or user (may pay).
CREATE TABLE holder (
	customer INTEGER NOT NULL REFERENCES customer (id),
	account INTEGER NOT NULL REFERENCES account (id),
	role TEXT NOT NULL CHECK (role IN ('owner', 'user')),
	seal BLOB NOT NULL DEFAULT x'',     -- MAC of all
	PRIMARY KEY (customer, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX holder_account ON holder (account);

-- What was ordered and booked: once a row stands, it is final. It is also the
-- audit record of the payment: who ordered it, from where, under the chain.
CREATE TABLE transfer (
	id BLOB NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	from_account INTEGER NOT NULL REFERENCES account (id),
	to_account INTEGER NOT NULL REFERENCES account (id),
	from_seq INTEGER NOT NULL,
	to_seq INTEGER NOT NULL,
	amount INTEGER NOT NULL CHECK (amount > 0),
	currency TEXT NOT NULL,
	purpose TEXT NOT NULL DEFAULT '',
	payee_name BLOB,                    -- sealed; what the payer typed
	counterparty_bank TEXT NOT NULL DEFAULT '',
	counterparty_account TEXT NOT NULL DEFAULT '',
	reference TEXT NOT NULL DEFAULT '',
	value_date INTEGER NOT NULL,
	booked_at INTEGER NOT NULL,
	ordered_by INTEGER REFERENCES bank_user (id), -- NULL: the bank itself
	address TEXT NOT NULL DEFAULT '',
	CHECK (from_account <> to_account)
) STRICT, WITHOUT ROWID;

-- The book. One row a side; id is account * 2^32 + seq, so that a page of
-- history is one range, found by a small key.
-- From kind to name stands again what history shows of the transfer, as this
-- side sees it: without it every row of a page would be a search in a table as
-- large as the book. verify compares.
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
	hash BLOB NOT NULL,                 -- over this posting and the one before
	kind TEXT NOT NULL,
	value_date INTEGER NOT NULL,
	purpose TEXT NOT NULL,
	reference TEXT NOT NULL,
	other TEXT NOT NULL,                -- the other side's account
	name BLOB                           -- sealed; the other side's name
) STRICT;

CREATE TRIGGER posting_is_final_update BEFORE UPDATE ON posting
BEGIN SELECT RAISE(ABORT, 'a posting is final'); END;
CREATE TRIGGER posting_is_final_delete BEFORE DELETE ON posting
BEGIN SELECT RAISE(ABORT, 'a posting is final'); END;
CREATE TRIGGER transfer_is_final_update BEFORE UPDATE ON transfer
BEGIN SELECT RAISE(ABORT, 'a transfer is final'); END;
CREATE TRIGGER transfer_is_final_delete BEFORE DELETE ON transfer
BEGIN SELECT RAISE(ABORT, 'a transfer is final'); END;

-- What a passkey signed: the proof that a person wanted this very transfer.
-- Whoever has the row and the transfer can check it again without the bank's
-- secrets. The audit row "transfer.signed" holds its hash.
CREATE TABLE signature (
	transfer BLOB NOT NULL PRIMARY KEY REFERENCES transfer (id),
	credential BLOB NOT NULL,
	public_key BLOB NOT NULL,
	name BLOB NOT NULL,                 -- sealed; the passkey's, as it was
	rp TEXT NOT NULL,                   -- "bank.example"
	origin TEXT NOT NULL,               -- "https://bank.example"
	nonce BLOB NOT NULL,
	client_data BLOB NOT NULL,          -- JSON, byte for byte
	auth_data BLOB NOT NULL,
	signature BLOB NOT NULL,
	signed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER signature_is_final_update BEFORE UPDATE ON signature
BEGIN SELECT RAISE(ABORT, 'a signature is final'); END;
CREATE TRIGGER signature_is_final_delete BEFORE DELETE ON signature
BEGIN SELECT RAISE(ABORT, 'a signature is final'); END;

-- Money promised and not yet moved. A row goes when the promise ends.
CREATE TABLE hold (
	id BLOB NOT NULL PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account (id),
	amount INTEGER NOT NULL CHECK (amount > 0),
	reason TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	hash BLOB NOT NULL                  -- over the row
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_account ON hold (account);

-- A payment waiting for its code; its id becomes the transfer's and the
-- hold's.
CREATE TABLE payment (
	id BLOB NOT NULL PRIMARY KEY,
	bank_user INTEGER NOT NULL REFERENCES bank_user (id),
	from_account INTEGER NOT NULL REFERENCES account (id),
	to_account INTEGER NOT NULL REFERENCES account (id),
	amount INTEGER NOT NULL CHECK (amount > 0),
	currency TEXT NOT NULL,
	fee INTEGER NOT NULL DEFAULT 0 CHECK (fee >= 0),
	purpose TEXT NOT NULL,
	payee_name BLOB NOT NULL,           -- sealed
	payee_match TEXT NOT NULL,
	address TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	challenge BLOB NOT NULL,
	state TEXT NOT NULL
		CHECK (state IN ('waiting', 'posted', 'expired', 'refused'))
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_due ON payment (state, expires_at);

-- A regular payment, as taken over by import.
CREATE TABLE standing_order (
	id BLOB NOT NULL PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account (id),
	to_bank TEXT NOT NULL,
	to_account TEXT NOT NULL,
	amount INTEGER NOT NULL CHECK (amount > 0),
	purpose TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('imported', 'active', 'ended'))
) STRICT, WITHOUT ROWID;
CREATE INDEX standing_order_account ON standing_order (account);

-- The same key pays once: what a key did, so that the answer can be given
-- again.
CREATE TABLE idempotency (
	key_hash BLOB NOT NULL PRIMARY KEY, -- SHA-256 of who asked and the key
	request BLOB NOT NULL,              -- SHA-256 of what was asked
	result TEXT NOT NULL CHECK (result IN ('transfer', 'payment')),
	subject BLOB NOT NULL,              -- id of the transfer or payment
	created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- News, written with the fact: push, webhooks and Kafka read it in order.
CREATE TABLE event (
	id INTEGER PRIMARY KEY,
	type TEXT NOT NULL,
	customer INTEGER REFERENCES customer (id),
	data TEXT NOT NULL,                 -- JSON
	created_at INTEGER NOT NULL
) STRICT;

-- Messages to send. The courier leases a row, sends it, marks it; what it
-- said is wiped once it is sent. A code sent by a carrier that reports its
-- delivery is kept, sealed, until that is known or the code is over: if it
-- does not arrive, the same goes another way, in a row of its own. 'unknown':
-- it may have been sent, so it is not sent again.
CREATE TABLE outbox (
	id BLOB NOT NULL PRIMARY KEY,
	customer INTEGER REFERENCES customer (id),
	channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp')),
	challenge BLOB,                     -- whose code it carries
	template TEXT NOT NULL,             -- share/html/mail/<template>
	language TEXT NOT NULL,
	recipient BLOB NOT NULL,            -- sealed
	data BLOB,                          -- sealed JSON; NULL once wiped
	state TEXT NOT NULL
		CHECK (state IN ('queued', 'sent', 'unknown', 'failed')),
	tries INTEGER NOT NULL DEFAULT 0,
	due_at INTEGER NOT NULL,            -- also the end of a lease
	created_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,        -- not worth sending later
	sent_at INTEGER,
	provider_id TEXT,                   -- what the carrier calls it
	delivery TEXT NOT NULL DEFAULT '',  -- what the carrier said of it last
	error TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (state, due_at);
CREATE INDEX outbox_challenge ON outbox (challenge)
	WHERE challenge IS NOT NULL;
CREATE INDEX outbox_provider ON outbox (provider_id)
	WHERE provider_id IS NOT NULL;
CREATE INDEX outbox_kept ON outbox (expires_at)
	WHERE data IS NOT NULL AND state <> 'queued';

-- What a carrier reported of a message, each word once: it may come twice, out
-- of order, or before the courier has noted what the carrier calls it.
CREATE TABLE message_report (
	id BLOB NOT NULL PRIMARY KEY,
	provider_id TEXT NOT NULL,
	status TEXT NOT NULL,
	error TEXT NOT NULL,                -- the carrier's number for it
	received_at INTEGER NOT NULL,
	UNIQUE (provider_id, status)
) STRICT, WITHOUT ROWID;

-- Where MESSAGE_DELIVERY = inbox puts messages instead of sending them.
CREATE TABLE inbox (
	id BLOB NOT NULL PRIMARY KEY,       -- the outbox row's
	channel TEXT NOT NULL,
	recipient BLOB NOT NULL,            -- sealed
	subject BLOB NOT NULL,              -- sealed
	body BLOB NOT NULL,                 -- sealed
	sent_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What the bank offers to strangers: a product as it is described to them.
-- Its rates, fees and limits are the product's own.
CREATE TABLE offer (
	product TEXT NOT NULL PRIMARY KEY REFERENCES product (code),
	category TEXT NOT NULL CHECK (category IN ('deposit', 'loan', 'card')),
	currency TEXT NOT NULL,
	position INTEGER NOT NULL DEFAULT 0, -- order among its kind
	summary TEXT NOT NULL DEFAULT '',   -- one sentence
	features TEXT NOT NULL DEFAULT '',  -- a line each
	terms TEXT NOT NULL DEFAULT '',     -- a paragraph a line
	monthly_fee INTEGER NOT NULL DEFAULT 0 CHECK (monthly_fee >= 0),
	opening_min INTEGER NOT NULL DEFAULT 0 CHECK (opening_min >= 0),
	age_min INTEGER NOT NULL DEFAULT 18 CHECK (age_min >= 0)
) STRICT, WITHOUT ROWID;

-- Somebody asks to become a customer, or a customer for one more account.
-- Its record in audit has the subject -id. What is sealed goes when it is
-- wiped; the row and its record stay.
CREATE TABLE application (
	id INTEGER PRIMARY KEY,
	public_id BLOB NOT NULL UNIQUE,     -- what the outside calls it
	reference TEXT NOT NULL UNIQUE,     -- "K7Q2-9MXT", what people say
	offer TEXT NOT NULL REFERENCES offer (product),
	branch TEXT NOT NULL REFERENCES branch (code),
	language TEXT NOT NULL,
	name BLOB,                          -- sealed, as first given
	email BLOB,                         -- sealed
	mobile BLOB,                        -- sealed
	email_index BLOB,
	mobile_index BLOB,
	tax_index BLOB,
	details BLOB,                       -- sealed JSON (bank/details.h)
	mobile_at INTEGER,                  -- when its code was given
	email_at INTEGER,
	details_at INTEGER,
	documents_at INTEGER,               -- when the last needed one was there
	identity TEXT NOT NULL DEFAULT 'none' CHECK (identity IN
		('none', 'open', 'review', 'passed', 'failed')),
	provider TEXT NOT NULL DEFAULT ''
		CHECK (provider IN ('', 'desk', 'didit')),
	state TEXT NOT NULL CHECK (state IN
		('started', 'sent', 'asked', 'approved', 'declined', 'expired')),
	asked TEXT NOT NULL DEFAULT '',     -- what the bank asks for once more
	reason TEXT NOT NULL DEFAULT '',    -- of a decline: a word of the list
	customer INTEGER REFERENCES customer (id),
	account INTEGER REFERENCES account (id),
	existing INTEGER NOT NULL DEFAULT 0 CHECK (existing IN (0, 1)),
	                                    -- was a customer already
	bank_user INTEGER REFERENCES bank_user (id), -- set with it
	created_at INTEGER NOT NULL,
	changed_at INTEGER NOT NULL,
	sent_at INTEGER,
	decided_at INTEGER,
	expires_at INTEGER NOT NULL,        -- if it is not sent before
	wiped_at INTEGER,
	CHECK (state <> 'approved' OR customer IS NOT NULL)
) STRICT;
CREATE INDEX application_state ON application (state, sent_at);
CREATE INDEX application_tax ON application (tax_index);

-- Browsers and programs an application is open in, and links in mails that
-- open it (kind link: good once). Tokens themselves are not here.
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

-- A file on its way: it comes in pieces, in any order, each once.
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
	data BLOB NOT NULL,                 -- sealed
	PRIMARY KEY (upload, number)
) STRICT, WITHOUT ROWID;

-- A picture that came with an application, as we made it anew. A newer one of
-- the same kind and side takes its place; both stay until they are wiped.
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
	size INTEGER NOT NULL CHECK (size > 0), -- of what was made of it
	sha256 BLOB NOT NULL,               -- of the same
	replaced INTEGER NOT NULL DEFAULT 0 CHECK (replaced IN (0, 1)),
	made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX document_of ON document (application);
CREATE TABLE document_data (
	document BLOB NOT NULL PRIMARY KEY REFERENCES document (id),
	data BLOB NOT NULL                  -- sealed JPEG
) STRICT, WITHOUT ROWID;

-- What was found out about who somebody is, newest last: the lines at the
-- foot of a document, compared with what the person said.
CREATE TABLE identity_check (
	id BLOB NOT NULL PRIMARY KEY,
	application INTEGER NOT NULL REFERENCES application (id),
	provider TEXT NOT NULL CHECK (provider IN ('desk', 'didit')),
	result TEXT NOT NULL CHECK (result IN ('passed', 'review', 'failed')),
	evidence BLOB,                      -- sealed JSON
	made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_check_of ON identity_check (application);

-- Names nobody may open an account under without a second look: what
-- governments publish. A row a name or alias.
CREATE TABLE screening_name (
	id INTEGER PRIMARY KEY,
	list TEXT NOT NULL,                 -- "EU"
	entry TEXT NOT NULL,                -- the list's own number
	name TEXT NOT NULL,
	alias INTEGER NOT NULL CHECK (alias IN (0, 1)),
	birth_date TEXT NOT NULL DEFAULT '', -- days, months, years or spans of
	                                    -- years, ISO 8601, "|" between
	country TEXT NOT NULL DEFAULT ''    -- ISO 3166-1 alpha-2, "|" between
) STRICT;
-- What a name is looked up by (bank/screening_key.c); the rows of a name come
-- and go with it.
CREATE TABLE screening_key (
	key TEXT NOT NULL,
	name INTEGER NOT NULL,              -- screening_name.id
	PRIMARY KEY (key, name)
) STRICT, WITHOUT ROWID;
-- A likeness found, kept whatever becomes of the list.
CREATE TABLE screening_hit (
	id BLOB NOT NULL PRIMARY KEY,
	application INTEGER NOT NULL REFERENCES application (id),
	list TEXT NOT NULL,
	entry TEXT NOT NULL,
	score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
	evidence BLOB,                      -- sealed JSON
	state TEXT NOT NULL CHECK (state IN ('open', 'cleared', 'confirmed')),
	decided_by INTEGER REFERENCES bank_user (id),
	note TEXT NOT NULL DEFAULT '',
	made_at INTEGER NOT NULL,
	decided_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX screening_hit_of ON screening_hit (application);

-- What staff said of an application: a maker proposes, a checker, who is
-- somebody else, agrees or sends it back. Rounds count from 1.
CREATE TABLE decision (
	application INTEGER NOT NULL REFERENCES application (id),
	round INTEGER NOT NULL CHECK (round > 0),
	step TEXT NOT NULL CHECK (step IN ('make', 'check')),
	verdict TEXT NOT NULL CHECK (verdict IN
		('approve', 'decline', 'ask', 'agree', 'disagree')),
	reason TEXT NOT NULL DEFAULT '',    -- a word of the list
	note TEXT NOT NULL DEFAULT '',      -- for the person (ask) or the file
	bank_user INTEGER REFERENCES bank_user (id), -- NULL: by rule
	decided_at INTEGER NOT NULL,
	PRIMARY KEY (application, round, step),
	CONSTRAINT maker_and_checker_differ UNIQUE (application, round, bank_user)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER decision_is_final_update BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'a decision is final'); END;
CREATE TRIGGER decision_is_final_delete BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'a decision is final'); END;

-- Identity checks done by Didit. The courier makes the session there ('wanted'
-- to 'open') and asks for its end when no word comes (ask_at).
CREATE TABLE didit (
	reference TEXT NOT NULL PRIMARY KEY, -- their vendor_data
	application INTEGER NOT NULL REFERENCES application (id),
	session_id TEXT UNIQUE,             -- theirs; NULL while wanted
	url BLOB,                           -- sealed: where the person goes
	return_hash BLOB NOT NULL,          -- of what the way back carries
	status TEXT NOT NULL DEFAULT '',    -- their word, the newest applied
	status_at INTEGER NOT NULL DEFAULT 0, -- their created_at, seconds
	state TEXT NOT NULL CHECK (state IN
		('wanted', 'open', 'ended', 'failed')),
	tries INTEGER NOT NULL DEFAULT 0,
	ask_at INTEGER NOT NULL,            -- when the courier looks next
	created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX didit_due ON didit (state, ask_at);
CREATE INDEX didit_of ON didit (application);
CREATE INDEX didit_back ON didit (return_hash);
-- What they told us, each thing once.
CREATE TABLE didit_event (
	event_id TEXT NOT NULL PRIMARY KEY,
	session_id TEXT NOT NULL,
	status TEXT NOT NULL,
	told_at INTEGER NOT NULL,           -- their created_at
	received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX didit_event_of ON didit_event (session_id, status, told_at);
-- Pictures to fetch from them before their links end.
CREATE TABLE didit_picture (
	id BLOB NOT NULL PRIMARY KEY,
	reference TEXT NOT NULL REFERENCES didit (reference),
	kind TEXT NOT NULL,
	side TEXT NOT NULL,
	url BLOB,                           -- sealed; NULL once fetched
	state TEXT NOT NULL CHECK (state IN ('wanted', 'kept', 'failed')),
	tries INTEGER NOT NULL DEFAULT 0,
	due_at INTEGER NOT NULL,
	UNIQUE (reference, kind, side)
) STRICT, WITHOUT ROWID;

-- Who did what to whom, from where. Each subject (a customer, 0 for the
-- bank, or an application's number below it) is its own chain; audit_head is
-- its end.
CREATE TABLE audit (
	subject INTEGER NOT NULL,
	seq INTEGER NOT NULL CHECK (seq > 0),
	at INTEGER NOT NULL,
	actor TEXT NOT NULL CHECK (actor IN
		('customer', 'staff', 'operator', 'system', 'stranger')),
	actor_user INTEGER,
	act TEXT NOT NULL,                  -- "signin.ok", "user.unlock"
	detail TEXT NOT NULL DEFAULT '',
	address TEXT NOT NULL DEFAULT '',
	device TEXT NOT NULL DEFAULT '',
	hash BLOB NOT NULL,
	PRIMARY KEY (subject, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_head (
	subject INTEGER NOT NULL PRIMARY KEY,
	seq INTEGER NOT NULL,
	hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER audit_is_final_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'an audit row is final'); END;
CREATE TRIGGER audit_is_final_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'an audit row is final'); END;

INSERT INTO meta (name, value) VALUES ('schema', '4');
