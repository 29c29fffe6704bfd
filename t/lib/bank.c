/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bank.c: makes the small bank of bank.h and asks it things. */
#include "t/lib/bank.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bank/account.h"
#include "bank/customer.h"
#include "bank/ledger.h"
#include "bank/master.h"
#include "bank/message.h"
#include "bank/passkey.h"
#include "bank/product.h"
#include "bank/schema.h"
#include "bank/seal.h"
#include "bank/session.h"
#include "bank/user.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/page.h"
#include "lib/secret.h"
#include "lib/settings.h"

const int64_t BANK_NOW = 1795168800000; /* 2026-11-20T10:00:00Z */

static void
must(enum err e, const char *what)
{
	if (e == OK)
		return;
	printf("Bail out! %s: %s\n", what, err_sentence(e));
	exit(1);
}

static const char *
source_dir(void)
{
	const char *dir = getenv("CLICKNET_SRC");

	return dir != NULL ? dir : ".";
}

static void
settings_make(struct bank *b)
{
	const char *path = pool_printf(b->pool, "%s/clicknet.conf", b->dir);
	const char *why = "";
	char *here = getcwd(NULL, 0);
	FILE *f = fopen(path, "w");

	if (f == NULL || here == NULL)
		must(ERR_INTERNAL, path);
	fprintf(f,
		"BANK_NAME = Test Bank\nPRODUCTION = no\n"
		"MESSAGE_DELIVERY = inbox\nCAPTCHA = off\nPASSWORD_HASH_PASSES = %d\n"
		"PASSWORD_HASH_KIB = %d\nPASSWORD_HASH_NICE = 0\nLOG_DIR = \"\"\n"
		"SHARE_DIR = %s/share\n",
		BANK_PASSES, BANK_KIB,
		*source_dir() == '/' ? source_dir()
				     : pool_printf(b->pool, "%s/%s",
						   here, source_dir()));
	fclose(f);
	free(here);
	must(settings_start(b->pool, path, &why), why);
}

static void
product(struct db *db, const char *code, const char *category, int64_t max,
	int64_t daily, int64_t count, int64_t fee)
{
	struct product p = {
		.code = code, .name = code, .category = category,
		.per_transfer_min = 1, .per_transfer_max = max,
		.daily_amount = daily, .daily_count = count,
		.transfer_fee = fee};

	must(product_add(db, &p), "product");
}

static int64_t
person(struct db *db, const char *code, const char *name, const char *mobile,
       const char *user_id, int64_t *user)
{
	struct customer c = {
		.code = code, .name = name, .birth_date = "1990-05-17",
		.tax_id = code, .mobile = mobile, .branch = "",
		.email = "someone@bank.example", .language = "en"};
	struct pool *pool = pool_new();
	struct user u = {.user_id = user_id, .role = "customer"};

	must(customer_add(db, &c), "customer");
	u.customer = c.id;
	u.password = secret_password(
		pool, "correct horse",
		(struct secret_cost){BANK_PASSES, BANK_KIB, 1, 0});
	must(user_add(db, &u, &actor_operator), "user");
	*user = u.id;
	pool_free(pool);
	return c.id;
}

static int64_t
account(struct db *db, int64_t customer, const char *number,
	const char *title, const char *product_code, struct money balance)
{
	struct account_new a = {
		.number = number, .title = title, .product = product_code,
		.currency = balance.currency, .customer = customer,
		.opened_on = clock_day(clock_now()) - 100,
		.overdraft = money_of(0, balance.currency)};
	struct pool *pool = pool_new();
	struct entry t = {
		.kind = "deposit", .amount = balance, .purpose = "opening",
		.counterparty_bank = "", .counterparty_account = "",
		.reference = "", .address = "",
		.value_date = clock_day(clock_now()),
		.booked_at = clock_now()};

	must(account_open(db, &a, &t.to_account), "account");
	must(account_own(db, "opening", balance.currency, &t.from_account),
	     "opening");
	must(ledger_post(db, pool, &t), "opening balance");
	pool_free(pool);
	return t.to_account;
}

static enum err
fill(struct db *db, void *arg)
{
	struct bank *b = arg;

	product(db, "DAILY", "current", 50000, 80000, 5, 0);
	product(db, "SAVE", "savings", 0, 0, 0, 0);
	product(db, "FEE", "current", 0, 0, 0, 20);
	b->anna = person(db, "C1", "Anna Müller", "+4917000000001", "anna",
			 &b->anna_user);
	b->ben = person(db, "C2", "Ben Okoye", "", "ben", &b->ben_user);
	b->anna_current = account(db, b->anna, ANNA_CURRENT, "Everyday",
				  "DAILY", money_of(100000, "EUR"));
	b->anna_savings = account(db, b->anna, ANNA_SAVINGS, "Rainy days",
				  "SAVE", money_of(50000, "EUR"));
	b->anna_yen = account(db, b->anna, ANNA_YEN, "Travel", "DAILY",
			      money_of(10000, "JPY"));
	b->ben_current = account(db, b->ben, BEN_CURRENT, "Main", "FEE",
				 money_of(2000, "EUR"));
	return OK;
}

void
bank_open(struct bank *b)
{
	const char *keys, *why = "";

	memset(b, 0, sizeof *b);
	snprintf(b->dir, sizeof b->dir, "/tmp/clicknet-test-XXXXXX");
	if (mkdtemp(b->dir) == NULL)
		must(ERR_INTERNAL, b->dir);
	b->pool = pool_new();
	log_open("test", pool_printf(b->pool, "%s/log", b->dir));
	settings_make(b);
	clock_zone("Europe/Berlin");
	clock_freeze(BANK_NOW);
	secret_start();
	keys = settings_beside(b->pool, settings()->KEY_FILE);
	must(secret_make_keys(keys), "keys");
	must(secret_keys(keys), "keys");
	page_start(settings()->SHARE_DIR);
	must(store_open(settings_beside(b->pool, settings()->DATABASE), 4,
			true, &b->store),
	     "database");
	b->db = db_new(b->store);
	must(schema_create(b->db, b->pool, &why), why != NULL ? why : "");
	must(db_write(b->db, fill, b), "the small bank");
}

void
bank_close(struct bank *b)
{
	static const char *const files[] = {
		"bank.db", "bank.db-wal", "bank.db-shm", "bank.db.lock",
		"clicknet.conf", "clicknet.conf.lock", "clicknet.keys",
		"demo-signins.txt", "log"};
	char path[128];
	size_t i;

	db_free(b->db);
	store_close(b->store);
	for (i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "%s/%s", b->dir, files[i]);
		unlink(path);
	}
	rmdir(b->dir);
	pool_free(b->pool);
	clock_freeze(0);
}

void
bank_set(struct bank *b, const char *name, const char *value)
{
	const char *why = "";

	must(settings_set(b->pool, name, value, &why), why);
}

int64_t
bank_count_of(struct bank *b, struct stmt *q)
{
	int64_t n = db_row(q) ? db_int(q, "n") : -1;

	must(db_done(q), "count");
	db_rest(b->db);
	return n;
}

static enum err
tamper(struct db *db, void *sql)
{
	return db_script(db, sql);
}

enum err
bank_tamper(struct bank *b, const char *sql)
{
	return db_write(b->db, tamper, (void *)(uintptr_t)sql);
}

static enum err
arrange(struct db *db, void *arg)
{
	struct pool *pool = pool_new();
	enum err e = db_script(db, arg);

	if (e == OK)
		e = user_seal_all(db, pool);
	if (e == OK)
		e = session_seal_all(db, pool);
	if (e == OK)
		e = passkey_seal_all(db, pool);
	if (e == OK)
		e = master_seal_all(db, pool);
	pool_free(pool);
	return e;
}

enum err
bank_arrange(struct bank *b, const char *sql)
{
	return db_write(b->db, arrange, (void *)(uintptr_t)sql);
}

const char *
bank_code(struct bank *b)
{
	struct stmt *q = db_sql(b->db, "SELECT id, data FROM outbox WHERE "
				       "data IS NOT NULL AND "
				       "template LIKE 'code-%' "
				       "ORDER BY id DESC LIMIT 1");
	const char *data = "", *code;

	if (db_row(q))
		must(seal_get(q, b->pool, "data", "outbox.data",
			      seal_row_of(q, "id"), &data),
		     "message");
	must(db_done(q), "outbox");
	db_rest(b->db);
	if ((code = strstr(data, "\"code\":\"")) == NULL)
		return "";
	code += strlen("\"code\":\"");
	return pool_strndup(b->pool, code, strcspn(code, "\""));
}

const char *
bank_token(struct bank *b, const char *user_id)
{
	char *token = pool_alloc(b->pool, SESSION_TOKEN);

	must(session_token(b->db, b->pool, user_id, false, token), "token");
	return token;
}

enum { ENV_MAX = 40 };

static int
env_what(struct bank *b, char **env, const char *what, const char *body)
{
	const char *path = strchr(what, ' ') + 1, *query = strchr(path, '?');
	int n = 0, len = query != NULL ? (int)(query - path)
				       : (int)strlen(path);

	env[n++] = pool_printf(b->pool, "REQUEST_METHOD=%.*s",
			       (int)(path - 1 - what), what);
	env[n++] = pool_printf(b->pool, "DOCUMENT_URI=%.*s", len, path);
	env[n++] = pool_printf(b->pool, "REQUEST_URI=%s", path);
	env[n++] = pool_printf(b->pool, "QUERY_STRING=%s",
			       query != NULL ? query + 1 : "");
	env[n++] = pool_strdup(b->pool, "REMOTE_ADDR=192.0.2.7");
	env[n++] = pool_strdup(b->pool, "HTTP_HOST=bank.example");
	if (body != NULL)
		env[n++] = pool_printf(b->pool, "CONTENT_LENGTH=%zu",
				       strlen(body));
	return n;
}

/* A later value replaces an earlier one of that name. */
static int
env_put(char **env, int n, char *param)
{
	size_t len = strcspn(param, "=") + 1;
	int i;

	for (i = 0; i < n; i++)
		if (strncmp(env[i], param, len) == 0)
			break;
	env[i] = param;
	return i == n ? n + 1 : n;
}

static const char *
ask(struct bank *b, const struct app *app, char **env, int n,
    const char *body, va_list more)
{
	struct buf out = {.pool = b->pool};
	char *param;

	while ((param = va_arg(more, char *)) != NULL && n < ENV_MAX - 1)
		n = env_put(env, n, param);
	env[n] = NULL;
	app_call(app, b->store, env, body != NULL ? body : "",
		 body != NULL ? strlen(body) : 0, &out);
	return out.data;
}

const char *
bank_ask(struct bank *b, const struct app *app, const char *what,
	 const char *body, ...)
{
	char *env[ENV_MAX];
	int n = env_what(b, env, what, body);
	const char *answer;
	va_list more;

	if (body != NULL)
		env[n++] = (char *)(uintptr_t)"CONTENT_TYPE="
			   "application/x-www-form-urlencoded";
	va_start(more, body);
	answer = ask(b, app, env, n, body, more);
	va_end(more);
	return answer;
}

const char *
bank_ask_json(struct bank *b, const struct app *app, const char *what,
	      const char *token, const char *body, ...)
{
	char *env[ENV_MAX];
	int n = env_what(b, env, what, body);
	const char *answer;
	va_list more;

	env[n++] = (char *)(uintptr_t)"HTTP_ACCEPT=application/json";
	if (body != NULL)
		env[n++] = (char *)(uintptr_t)"CONTENT_TYPE=application/json";
	if (token != NULL)
		env[n++] = pool_printf(b->pool,
				       "HTTP_AUTHORIZATION=Bearer %s", token);
	va_start(more, body);
	answer = ask(b, app, env, n, body, more);
	va_end(more);
	return answer;
}

int
answer_status(const char *answer)
{
	return strncmp(answer, "Status: ", 8) == 0
		       ? (int)strtol(answer + 8, NULL, 10)
		       : 0;
}

const char *
answer_body(const char *answer)
{
	const char *end = strstr(answer, "\r\n\r\n");

	return end != NULL ? end + 4 : "";
}

const char *
answer_header(struct bank *b, const char *answer, const char *name)
{
	const char *end = answer_body(answer), *at = answer;
	size_t len = strlen(name);

	for (; at < end; at += strcspn(at, "\n") + 1)
		if (strncasecmp(at, name, len) == 0 && at[len] == ':')
			return pool_strndup(b->pool, at + len + 2,
					    strcspn(at + len + 2, "\r\n"));
	return "";
}

const char *
answer_text(struct bank *b, const char *answer, const char *name)
{
	json_object *o = json_tokener_parse(answer_body(answer)), *v;
	const char *text = "";

	if (json_object_object_get_ex(o, name, &v) && v != NULL)
		text = pool_strdup(b->pool, json_object_get_string(v));
	json_object_put(o);
	return text;
}
